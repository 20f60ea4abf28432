import { at, inTurn, text } from "../../reading";
import { Harm, type StackSubject, Severity, stackRule } from "../../rule";

const FUNCTIONS = ["aws:lambda/function:Function", "AWS::Lambda::Function"];
const PERMISSIONS = ["aws:lambda/permission:Permission", "AWS::Lambda::Permission"];
const INVOKE_CONFIGS = ["aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "AWS::Lambda::EventInvokeConfig"];
const FIRE_AND_FORGET = /^(events|sns|s3|scheduler|logs|iot|ses)\.amazonaws\.com$/;

export const lambdaRequireFailureDestination = stackRule({
  name: "lambda-require-failure-destination",
  wrong: "A function is called without anybody waiting, and its failures go nowhere.",
  why: "After two retries Lambda throws the event away: a trigger is lost, and nobody knows.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["R6"],
  types: FUNCTIONS,
  settings: {},
  compliant: [
    {
      type: "aws:lambda/function:Function",
      name: "intake",
      props: { deadLetterConfig: { targetArn: "arn:aws:sqs:us-east-1:111122223333:lost" } },
    },
    {
      type: "aws:lambda/permission:Permission",
      name: "events-may-call",
      props: { principal: "events.amazonaws.com" },
      madeFrom: { function: ["intake"] },
    },
  ],
  *check(all) {
    const made = (from: StackSubject, of: StackSubject) =>
      Object.values(from.propertyDependencies).some((urns) => urns.some(({ urn }) => urn === of.urn));
    const functions = all.filter(({ type }) => FUNCTIONS.includes(type));
    yield* inTurn(functions, function* (called) {
      const callers = all.filter(
        (permission) =>
          PERMISSIONS.includes(permission.type) &&
          FIRE_AND_FORGET.test(text(permission.props["principal"]) ?? "") &&
          made(permission, called),
      );
      const [caller] = callers;
      if (caller === undefined || at(called.props, "deadLetterConfig") !== undefined) return;
      const configured = all.filter((config) => INVOKE_CONFIGS.includes(config.type) && made(config, called));
      if (configured.some(({ props }) => at(props, "destinationConfig.onFailure") !== undefined)) return;
      yield {
        found: `${String(caller.props["principal"])} calls it, and deadLetterConfig is absent`,
        cure: "give it a dead-letter queue or a destination for failures",
        of: called,
      };
    });
  },
});
