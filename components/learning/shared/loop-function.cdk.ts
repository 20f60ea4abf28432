import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type CfnFunction, Function as LambdaFunction, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { LOOP_METRICS_NAMESPACE, LOOP_METRICS_SERVICE } from "../../../lambdas/domain/loop-metrics";
import type { LoopFunctionVariables } from "../../../lambdas/runtime/loop-environment";
import { acknowledge } from "./acknowledge.cdk";
import { handlerCode } from "./handler-code.cdk";
import { healthAlarm } from "./health-alarm.cdk";
import { functionErrors } from "./health-alarms";
import type { LoopPartProps } from "./loop-part.cdk";
import { READER_TIMEOUT } from "./work-queue.cdk";

export type LoopHandler = keyof LoopFunctionVariables;

/** Where a function stands that has to reach what is in a VPC; lists may be tokens. */
export interface FunctionNetworkProps {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}

export interface LoopFunctionProps<Handler extends LoopHandler> extends LoopPartProps {
  readonly handler: Handler;
  /** What it does, for who finds it in the console. */
  readonly description: string;
  /** What the handler's own schema reads. */
  readonly variables: LoopFunctionVariables[Handler];
  /** Folder with a folder for each handler. @default - the handlers of this package */
  readonly handlersFolder?: string;
  /** @default - a minute, as the queues' readers have */
  readonly timeout?: Duration;
  /** MiB; the share of a core grows with it. @default 1024 */
  readonly memorySize?: number;
  /** @default - none: it reaches AWS's services only */
  readonly network?: FunctionNetworkProps;
}

/** One function of the loop with a role, a log group and an alarm of its own: what one may do, no other may. */
export class LoopFunction<Handler extends LoopHandler> extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: LoopFunctionProps<Handler>) {
    super(scope, id);
    const { handler, encryptionKey } = props;
    const logGroup = new LogGroup(this, "Logs", {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(encryptionKey && { encryptionKey }),
    });
    // AWS's managed policy would allow writing into the logs of every function of the account.
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, "Function", {
      description: props.description,
      code: handlerCode(handler, props.handlersFolder),
      handler: "index.handler",
      // Pinned: CDK's "latest" is another runtime tomorrow, and the bundles are made and tested for this one (until 2028-04-30).
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Half a core: loading the bundled SDK is most of a cold start, and half the memory takes twice the time for the same price.
      memorySize: props.memorySize ?? 1_024,
      timeout: props.timeout ?? READER_TIMEOUT,
      tracing: Tracing.ACTIVE,
      environment: {
        POWERTOOLS_SERVICE_NAME: LOOP_METRICS_SERVICE,
        POWERTOOLS_METRICS_NAMESPACE: LOOP_METRICS_NAMESPACE,
        ...present(props.variables),
      },
      ...{ role, logGroup },
    });
    if (props.network !== undefined) this.standIn(props.network, role);
    const errors = (period: Duration) => this.function.metricErrors({ period, statistic: "Sum" });
    healthAlarm(this, "Errors", functionErrors(handler), errors, props);
    acknowledge(
      role,
      "AwsSolutions-IAM5[Resource::*]",
      "X-Ray knows no resources, and Lambda's network interfaces have none before they are made: on all or not at all",
    );
  }

  /** Not as the CDK does it: that asks a VPC for its subnets one by one, and here they may be a list that is known only while deploying. */
  private standIn({ subnetIds, securityGroupIds }: FunctionNetworkProps, role: Role): void {
    (this.function.node.defaultChild as CfnFunction).vpcConfig = { subnetIds, securityGroupIds };
    // Lambda makes and removes its network interfaces as the function's role (Lambda developer guide, "Giving functions access to a VPC").
    const actions = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface", "ec2:DescribeSubnets"];
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: ["*"] }));
  }
}

/** A variable that is not set is left out: Lambda would take none that is undefined. */
function present(variables: object): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Of the construct of a handler's function: `PrepareRun` of `prepare-run`. */
export function idOf(handler: LoopHandler): string {
  return handler.replace(/(^|-)([a-z])/g, (_match, _hyphen, letter: string) => letter.toUpperCase());
}
