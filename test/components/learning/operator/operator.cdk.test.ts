import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Operator } from "../../../../components/learning/operator/operator.cdk";
import { ofType, only, statements, synthesised } from "../shared/synthesis";

const { template } = synthesised((stack) => {
  const code = Code.fromInline("exports.handler = async () => ({});");
  const answers = new LambdaFunction(stack, "Answers", { code, runtime: Runtime.NODEJS_24_X, handler: "index.handler" });
  const operator = new Operator(stack, "Operator", { function: answers });
  operator.grantInvoke(new Role(stack, "Operators", { assumedBy: new AccountRootPrincipal() }));
});

// One route without it, and anybody on the internet stops the loop.
test("no route answers without IAM", () => {
  const routes = ofType(template, "AWS::ApiGatewayV2::Route").map(({ Properties: { RouteKey, AuthorizationType } }) => [
    RouteKey,
    AuthorizationType,
  ]);
  expect(routes).toEqual([
    ["GET /status", "AWS_IAM"],
    ["GET /history/{model}", "AWS_IAM"],
    ["POST /retrain", "AWS_IAM"],
    ["POST /stop", "AWS_IAM"],
    ["POST /resume", "AWS_IAM"],
    ["POST /approve", "AWS_IAM"],
    ["POST /reject", "AWS_IAM"],
    ["POST /roll-back", "AWS_IAM"],
    ["POST /pause", "AWS_IAM"],
    ["POST /continue", "AWS_IAM"],
  ]);
});

test("who is granted may call these routes and nothing else, least of all the function", () => {
  const granted = statements(template).filter(({ Action }) => JSON.stringify(Action).includes("execute-api"));
  const routes = granted.map(({ Resource }) => JSON.stringify(Resource).replace(/^.*\/\*\/(\w+\/[^"]*).*$/, "$1"));
  const post = ["retrain", "stop", "resume", "approve", "reject", "roll-back", "pause", "continue"];
  expect(routes).toEqual(["GET/status", "GET/history/*", ...post.map((path) => `POST/${path}`)]);
  expect(statements(template).filter(({ Action }) => JSON.stringify(Action).includes("lambda:Invoke"))).toEqual([]);
});

test("requests are few, logged, and answered on the function's behalf by this API alone", () => {
  const { AccessLogSettings, DefaultRouteSettings } = only(template, "AWS::ApiGatewayV2::Stage").Properties;
  expect(DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 10, ThrottlingRateLimit: 5 });
  expect(AccessLogSettings).toMatchObject({ Format: expect.stringContaining("$context.identity.userArn") as string });
  const permissions = ofType(template, "AWS::Lambda::Permission").map(({ Properties: { Principal, Action, SourceArn } }) => [
    Principal,
    Action,
    SourceArn,
  ]);
  expect(permissions.length).toBe(10);
  expect(
    permissions.filter(
      ([principal, action, source]) => principal !== "apigateway.amazonaws.com" || action !== "lambda:InvokeFunction" || !source,
    ),
  ).toEqual([]);
});
