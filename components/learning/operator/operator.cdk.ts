import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { HttpApi, type HttpMethod, type HttpRoute, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { ACCESS_LOG_FORMAT, OPERATOR_ROUTES, REQUESTS } from "./operator";

export interface OperatorProps extends Pick<LoopPartProps, "encryptionKey"> {
  /** Answers the requests. */
  readonly function: IFunction;
}

/**
 * The only way in which a person or CI speaks to the loop: an HTTP endpoint that takes requests signed with IAM credentials and hands the
 * caller's ARN on, so that each change in the audit trail carries the name that IAM gave and not one that somebody typed.
 *
 * Security: no route without IAM; nobody may call but who is granted. Calling the function itself would let the caller write any name into the
 * event, so operators get the endpoint and never the function.
 * Cost: 1 USD a million requests (us-east-1, AWS price list, 2026-10-01).
 * Replaced when: never by an argument.
 */
export class Operator extends Construct {
  /** `https://…`, to be signed for the service `execute-api`. */
  readonly url: string;
  private readonly api: HttpApi;
  private readonly routes: HttpRoute[];

  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const { encryptionKey } = props;
    const accessLog = new LogGroup(this, "AccessLog", {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(encryptionKey && { encryptionKey }),
    });
    const api = new HttpApi(this, "Api", { description: "Operators of the model loop", createDefaultStage: false });
    const stage = api.addStage("Stage", {
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS.perSecond, burstLimit: REQUESTS.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: AccessLogFormat.custom(ACCESS_LOG_FORMAT) },
    });
    this.api = api;
    const to = { integration: new HttpLambdaIntegration("Function", props.function), authorizer: new HttpIamAuthorizer() };
    this.routes = OPERATOR_ROUTES.flatMap(({ method, path }) => api.addRoutes({ path, methods: [method as HttpMethod], ...to }));
    this.url = stage.url;
  }

  /** Requests that the loop could not answer, by its own fault. */
  serverErrors(period: Duration): IMetric {
    return this.api.metricServerError({ period, statistic: "Sum" });
  }

  /** The whole of it: who may only look is granted its routes by a policy of theirs. */
  grantInvoke(grantee: IGrantable): void {
    for (const route of this.routes) route.grantInvoke(grantee);
  }
}
