/** What is sent to AWS, and what is made of its answers, which are written after the SDK's types and the API references. */
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from "@aws-sdk/client-cloudformation";
import { IAMClient, SimulateCustomPolicyCommand } from "@aws-sdk/client-iam";
import { HeadBucketCommand, NotFound, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  InvalidDefinition,
  SFNClient,
  SFNServiceException,
  TestStateCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import type { ChangeSetOrder } from "../../../offline/verify/aws";
import { AwsAccount } from "../../../offline/verify/aws-account";
import { madeAndDeleted } from "../../../offline/verify/aws-change-set";

const formation = mockClient(CloudFormationClient);
const iam = mockClient(IAMClient);
const s3 = mockClient(S3Client);
const states = mockClient(SFNClient);
const sts = mockClient(STSClient);
const ALL = [formation, iam, s3, states, sts];
beforeEach(() => ALL.forEach((mock) => mock.reset()));
afterAll(() => ALL.forEach((mock) => mock.restore()));

const aws = () => new AwsAccount({ region: "us-east-1" });
const known = <T>(value: T) => ({ kind: "known", value });
const metadata = (httpStatusCode: number) => ({ $fault: "client" as const, $metadata: { httpStatusCode } });

describe("verify-aws, asking AWS", () => {
  it("asks for warnings too where it validates a definition", async () => {
    states.on(ValidateStateMachineDefinitionCommand).resolves({
      result: "FAIL",
      diagnostics: [{ severity: "ERROR", code: "MISSING_TRANSITION_TARGET", message: "no such state", location: "/States/A/Next" }],
    });
    const diagnostic = { severity: "ERROR", code: "MISSING_TRANSITION_TARGET", message: "no such state", location: "/States/A/Next" };
    expect(await aws().validate({ StartAt: "A" })).toEqual(known({ isAccepted: false, diagnostics: [diagnostic] }));
    const { definition, severity } = states.commandCalls(ValidateStateMachineDefinitionCommand)[0]?.args[0].input ?? {};
    expect([definition, severity]).toEqual(['{"StartAt":"A"}', "WARNING"]);
  });

  it("sends a state with everything that it depends on as text, and reads the answer back", async () => {
    states.on(TestStateCommand).resolves({
      ...{ status: "SUCCEEDED", output: '{"a":1}', nextState: "Next" },
      inspectionData: { variables: '{"v":2}' },
    });
    const test = { definition: {}, state: "A", input: { n: 1 }, variables: { v: 1 }, context: { Execution: {} } };
    expect(await aws().testState({ ...test, mock: { result: { ok: true }, isHeldToApi: true } })).toEqual(
      known({ kind: "tested", tested: { status: "SUCCEEDED", output: { a: 1 }, next: "Next", variables: { v: 2 } } }),
    );
    await aws().testState({ ...test, mock: { error: "Busy", cause: "now", isHeldToApi: false }, retries: 2 });
    const inputs = states.commandCalls(TestStateCommand).map(({ args: [{ input }] }) => input);
    const common = { definition: "{}", stateName: "A", input: '{"n":1}', variables: '{"v":1}', context: '{"Execution":{}}' };
    expect(inputs).toEqual([
      { ...common, inspectionLevel: "DEBUG", mock: { result: '{"ok":true}', fieldValidationMode: "PRESENT" } },
      {
        ...{ ...common, inspectionLevel: "DEBUG", stateConfiguration: { retrierRetryCount: 2 } },
        mock: { errorOutput: { error: "Busy", cause: "now" }, fieldValidationMode: "NONE" },
      },
    ]);
  });

  // A refusal is an answer, and a throttled or forbidden question is none.
  it("tells a refusal from a question that was not answered", async () => {
    states
      .on(TestStateCommand)
      .rejectsOnce(new InvalidDefinition({ message: "no such state", ...metadata(400) }))
      .rejectsOnce(new SFNServiceException({ name: "AccessDeniedException", message: "no", ...metadata(400) }));
    const test = { definition: {}, input: {}, variables: {} };
    expect(await aws().testState(test)).toEqual(known({ kind: "refused", reason: "InvalidDefinition: no such state" }));
    expect(await aws().testState(test)).toEqual({ kind: "unknown", reason: "these credentials may not ask: allow states:TestState" });
  });

  it("tells IAM of which item, and to whom a role is passed", async () => {
    iam.on(SimulateCustomPolicyCommand).resolves({
      EvaluationResults: [
        { EvalActionName: "dynamodb:PutItem", EvalDecision: "allowed" },
        { EvalActionName: "dynamodb:DeleteItem", EvalDecision: "explicitDeny", MissingContextValues: ["aws:SourceVpc"] },
      ],
    });
    const context = { "dynamodb:LeadingKeys": "RUN#1", "iam:PassedToService": "scheduler.amazonaws.com" };
    const actions = ["dynamodb:PutItem", "dynamodb:DeleteItem"];
    expect(await aws().simulate({ policies: ["{}"], actions, resource: "arn:t", context })).toEqual(
      known([
        { action: "dynamodb:PutItem", decision: "allowed", isAllowed: true, missing: [] },
        { action: "dynamodb:DeleteItem", decision: "explicitDeny", isAllowed: false, missing: ["aws:SourceVpc"] },
      ]),
    );
    expect(iam.commandCalls(SimulateCustomPolicyCommand)[0]?.args[0].input).toMatchObject({
      ...{ PolicyInputList: ["{}"], ActionNames: actions, ResourceArns: ["arn:t"] },
      ContextEntries: [
        { ContextKeyName: "dynamodb:LeadingKeys", ContextKeyType: "stringList", ContextKeyValues: ["RUN#1"] },
        { ContextKeyName: "iam:PassedToService", ContextKeyType: "string", ContextKeyValues: ["scheduler.amazonaws.com"] },
      ],
    });
  });

  it("finds the stack that Pulumi named, and none of a similar name", async () => {
    const stack = (StackName: string) => ({ StackName, CreationTime: new Date(0), StackStatus: "CREATE_COMPLETE" as const });
    const own = { ...stack("loop-1a2b3c4"), Parameters: [{ ParameterKey: "AssetBucket", ParameterValue: "b" }] };
    formation.on(DescribeStacksCommand).resolves({ Stacks: [stack("loop-verify"), stack("loop-1a2b3c4-Nested"), own] });
    const summary = { ResourceType: "AWS::IAM::Role", LastUpdatedTimestamp: new Date(0), ResourceStatus: "CREATE_COMPLETE" as const };
    const listed = [{ ...summary, LogicalResourceId: "Role", PhysicalResourceId: "real-role" }];
    formation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: listed });
    expect(await aws().deployedStack("loop")).toEqual(
      known({ name: "loop-1a2b3c4", parameters: { AssetBucket: "b" }, physicalIds: { Role: "real-role" } }),
    );
    expect(await aws().deployedStack("other")).toEqual(known(undefined));
  });

  // Bucket names are everybody's: a file for the name in a plan must not land in a stranger's bucket.
  it("writes into buckets of this account only", async () => {
    s3.on(HeadBucketCommand)
      .rejectsOnce(new NotFound({ message: "", ...metadata(404) }))
      .resolves({});
    s3.on(PutObjectCommand).resolves({});
    expect([await aws().ownsBucket("b", "1"), await aws().ownsBucket("b", "1")]).toEqual([known(false), known(true)]);
    expect(await aws().upload("b", "k", "{}", "1")).toEqual(known(true));
    const owners = [...s3.commandCalls(HeadBucketCommand), ...s3.commandCalls(PutObjectCommand)].map(({ args: [{ input }] }) => input);
    expect(owners.map(({ ExpectedBucketOwner }) => ExpectedBucketOwner)).toEqual(["1", "1", "1"]);
  });

  it("knows who asks", async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Account: "1", Arn: "arn:me" });
    expect(await aws().identity()).toEqual(known({ account: "1", arn: "arn:me" }));
  });
});

describe("a change set", () => {
  const order: ChangeSetOrder = {
    ...{ stack: "loop-verify", kind: "CREATE", templateUrl: "https://b/t.json", parameters: { A: "1", B: null } },
    capabilities: ["CAPABILITY_IAM"],
  };
  const make = (given: Partial<ChangeSetOrder> = {}) =>
    madeAndDeleted(new CloudFormationClient({ region: "us-east-1" }), { ...order, ...given }, 0);
  const gone = () => formation.on(DescribeStacksCommand).rejects(Object.assign(new Error("does not exist"), { name: "ValidationError" }));
  beforeEach(() => {
    formation.on(CreateChangeSetCommand).resolves({ Id: "arn:cs" });
    formation.on(DeleteChangeSetCommand).resolves({});
    formation.on(DeleteStackCommand).resolves({});
    gone();
  });

  it("is waited for, counted with those of nested stacks, and deleted with the empty stack that it made", async () => {
    const change = (ChangeSetId?: string) => ({ ResourceChange: { ...(ChangeSetId !== undefined && { ChangeSetId }) } });
    formation
      .on(DescribeChangeSetCommand, { ChangeSetName: "arn:cs" })
      .resolvesOnce({ Status: "CREATE_IN_PROGRESS" })
      .resolves({ Status: "CREATE_COMPLETE", Changes: [change(), change("arn:nested")] });
    formation.on(DescribeChangeSetCommand, { ChangeSetName: "arn:nested" }).resolves({ Changes: [change(), change(), change()] });
    expect(await make()).toEqual({ isMade: true, changes: 5, left: [] });
    expect(formation.commandCalls(CreateChangeSetCommand)[0]?.args[0].input).toMatchObject({
      ...{ StackName: "loop-verify", ChangeSetType: "CREATE", IncludeNestedStacks: true },
      Parameters: [
        { ParameterKey: "A", ParameterValue: "1" },
        { ParameterKey: "B", UsePreviousValue: true },
      ],
    });
    expect(formation.commandCalls(DeleteStackCommand)).toHaveLength(1);
  });

  // An update's stack is the real one.
  it("never deletes a stack that was there before", async () => {
    formation.on(DescribeChangeSetCommand).resolves({ Status: "FAILED", StatusReason: "No updates are to be performed." });
    expect(await make({ kind: "UPDATE" })).toEqual({ isMade: false, reason: "No updates are to be performed.", changes: 0, left: [] });
    expect(formation.commandCalls(DeleteStackCommand)).toHaveLength(0);
    formation.on(CreateChangeSetCommand).rejects(new Error("stack exists"));
    await expect(make()).rejects.toThrow(new Error("stack exists"));
    expect(formation.commandCalls(DeleteStackCommand)).toHaveLength(0);
  });

  it("names what it could not take away, also where it could not be read", async () => {
    formation.on(DescribeChangeSetCommand).rejects(Object.assign(new Error("slow down"), { name: "Throttling" }));
    formation.on(DeleteChangeSetCommand).rejects(new Error("no"));
    formation.on(DeleteStackCommand).rejects(new Error("no"));
    expect(await make()).toEqual({
      ...{ isMade: false, changes: 0, left: ["change set arn:cs", "stack loop-verify"] },
      reason: "AWS answered cloudformation:DescribeChangeSet with Throttling, too often: try again later",
    });
  });
});
