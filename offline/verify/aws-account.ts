/** The only file of verify-aws, with the one on change sets, that speaks to AWS. Whatever AWS does not answer becomes a sentence about why. */
import { CloudFormationClient, paginateDescribeStacks, paginateListStackResources } from "@aws-sdk/client-cloudformation";
import { IAMClient, SimulateCustomPolicyCommand } from "@aws-sdk/client-iam";
import { HeadBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient, TestStateCommand, type TestStateOutput, ValidateStateMachineDefinitionCommand } from "@aws-sdk/client-sfn";
import { STSClient } from "@aws-sdk/client-sts";
import type { Json } from "../engine";
import { isAbsent, reasonOf } from "../preflight/aws-errors";
import { type AwsSettings, clientConfig, identityOf } from "../preflight/aws-identity";
import { type Answer, type Identity, known, unknown } from "../preflight/cloud";
import type {
  ChangeSetAnswer,
  ChangeSetOrder,
  Decision,
  DefinitionAnswer,
  DeployedStack,
  Simulation,
  StateAnswer,
  StateTest,
  TestedState,
  VerifyAws,
} from "./aws";
import { madeAndDeleted } from "./aws-change-set";
import { LEADING_KEYS } from "./seen-calls";

/** TestState is throttled at a few requests a second, and is asked for each state. */
const ATTEMPTS = 8;

/** Names of what Step Functions throws where it has read the question and will not answer it. */
const REFUSALS = new Set(["InvalidDefinition", "InvalidExecutionInput", "ValidationException", "InvalidArn"]);

export class AwsAccount implements VerifyAws {
  private readonly formation: CloudFormationClient;
  private readonly iam: IAMClient;
  private readonly s3: S3Client;
  private readonly states: SFNClient;
  private readonly sts: STSClient;

  constructor(settings: AwsSettings) {
    const config = clientConfig(settings, ATTEMPTS);
    this.formation = new CloudFormationClient(config);
    this.iam = new IAMClient(config);
    this.s3 = new S3Client(config);
    this.states = new SFNClient(config);
    this.sts = new STSClient(config);
  }

  identity(): Promise<Answer<Identity> | undefined> {
    return identityOf(this.sts);
  }

  validate(definition: Json): Promise<Answer<DefinitionAnswer>> {
    return answered("states:ValidateStateMachineDefinition", async () => {
      const asked = { definition: JSON.stringify(definition), severity: "WARNING" as const };
      const { result, diagnostics = [] } = await this.states.send(new ValidateStateMachineDefinitionCommand(asked));
      return {
        isAccepted: result === "OK",
        diagnostics: diagnostics.map(({ severity = "ERROR", code = "", message = "", location }) => ({
          ...{ severity, code, message },
          ...(location !== undefined && { location }),
        })),
      };
    });
  }

  testState({ definition, state, input, variables, mock, context, retries, roleArn }: StateTest): Promise<Answer<StateAnswer>> {
    const mocked = mock?.error === undefined ? { result: JSON.stringify(mock?.result ?? {}) } : { errorOutput: mock };
    return answered("states:TestState", async () => {
      try {
        const command = new TestStateCommand({
          ...{ definition: JSON.stringify(definition), input: JSON.stringify(input), variables: JSON.stringify(variables) },
          inspectionLevel: "DEBUG",
          ...(state !== undefined && { stateName: state }),
          ...(mock !== undefined && {
            mock: {
              ...(mocked.errorOutput === undefined
                ? { result: mocked.result }
                : { errorOutput: { error: mocked.errorOutput.error, cause: mocked.errorOutput.cause } }),
              fieldValidationMode: mock.isHeldToApi ? "PRESENT" : "NONE",
            },
          }),
          ...(context !== undefined && { context: JSON.stringify(context) }),
          ...(retries !== undefined && { stateConfiguration: { retrierRetryCount: retries } }),
          ...(roleArn !== undefined && { roleArn }),
        });
        return { kind: "tested", tested: testedOf(await this.states.send(command)) };
      } catch (error) {
        if (error instanceof Error && REFUSALS.has(error.name)) return { kind: "refused", reason: `${error.name}: ${error.message}` };
        throw error;
      }
    });
  }

  simulate({ policies, actions, resource, context = {} }: Simulation): Promise<Answer<readonly Decision[]>> {
    const ContextEntries = Object.entries(context).map(([ContextKeyName, value]) => ({
      ...{ ContextKeyName, ContextKeyValues: [value] },
      ContextKeyType: ContextKeyName === LEADING_KEYS ? ("stringList" as const) : ("string" as const),
    }));
    return answered("iam:SimulateCustomPolicy", async () => {
      const asked = {
        ...{ PolicyInputList: [...policies], ActionNames: [...actions], ResourceArns: [resource], ContextEntries },
      };
      const { EvaluationResults = [] } = await this.iam.send(new SimulateCustomPolicyCommand(asked));
      return EvaluationResults.map(({ EvalActionName: action = "", EvalDecision: decision = "implicitDeny", MissingContextValues }) => ({
        ...{ action, decision, isAllowed: decision === "allowed", missing: MissingContextValues ?? [] },
      }));
    });
  }

  deployedStack(name: string): Promise<Answer<DeployedStack | undefined>> {
    return answered("cloudformation:DescribeStacks and cloudformation:ListStackResources", async () => {
      const isOurs = (stack: string): boolean => stack.startsWith(`${name}-`) && /^[0-9a-f]{7}$/.test(stack.slice(name.length + 1));
      const found: { name: string; parameters: Record<string, string> }[] = [];
      for await (const { Stacks = [] } of paginateDescribeStacks({ client: this.formation }, {}))
        for (const { StackName = "", Parameters = [] } of Stacks) {
          const parameters = Parameters.map(({ ParameterKey = "", ParameterValue = "" }) => [ParameterKey, ParameterValue] as const);
          if (isOurs(StackName)) found.push({ name: StackName, parameters: Object.fromEntries(parameters) });
        }
      const [stack, ...more] = found;
      if (stack === undefined) return undefined;
      if (more.length > 0) throw new Error(`there are several stacks of this name: ${found.map((each) => each.name).join(", ")}`);
      const physicalIds: Record<string, string> = {};
      for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client: this.formation }, { StackName: stack.name }))
        for (const { LogicalResourceId = "", PhysicalResourceId = "" } of StackResourceSummaries)
          physicalIds[LogicalResourceId] = PhysicalResourceId;
      return { ...stack, physicalIds };
    });
  }

  ownsBucket(name: string, account: string): Promise<Answer<boolean>> {
    return answered("s3:ListBucket", async () => {
      try {
        await this.s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: account }));
        return true;
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
    });
  }

  upload(bucket: string, key: string, text: string, account: string): Promise<Answer<true>> {
    return answered("s3:PutObject", async () => {
      await this.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ExpectedBucketOwner: account }));
      return true as const;
    });
  }

  changeSet(order: ChangeSetOrder): Promise<Answer<ChangeSetAnswer>> {
    return answered("cloudformation:CreateChangeSet", () => madeAndDeleted(this.formation, order));
  }
}

function testedOf({ status = "FAILED", nextState, output, error, cause, inspectionData }: TestStateOutput): TestedState {
  const variables = inspectionData?.variables;
  return {
    status,
    ...(nextState !== undefined && { next: nextState }),
    ...(output !== undefined && { output: JSON.parse(output) as Json }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(variables !== undefined && { variables: JSON.parse(variables) as Record<string, Json> }),
  };
}

async function answered<T>(action: string, ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return known(await ask());
  } catch (error) {
    return unknown(reasonOf(action, error));
  }
}
