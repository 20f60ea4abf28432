/** What each check asks, and how it takes the answer. Nobody is asked here: the account is made up. */
import type { Properties } from "../../../offline/engine";
import { known } from "../../../offline/preflight/cloud";
import type { Attempt, AttemptEnd } from "../../../offline/rehearsal/states/attempt";
import type { StateAnswer, StateTest, TestedState, VerifyAws } from "../../../offline/verify/aws";
import type { Declared } from "../../../offline/rehearsal/wiring/assembly";
import { orderOf } from "../../../offline/verify/change-set-check";
import { declaredCalls } from "../../../offline/verify/declared-calls";
import type { Finding } from "../../../offline/verify/finding";
import { NEVER_RUN, sentenceOf } from "../../../offline/verify/record";
import { callsOf } from "../../../offline/verify/seen-calls";
import { compared, testOf } from "../../../offline/verify/states-check";
import type { LoopSubject } from "../../../offline/verify/subject";
import { callsOfLentRole, callsOfTask } from "../../../offline/verify/task-calls";
import { asDeployed, smallest } from "../../../offline/verify/training-check";
import { CHECKS, verify } from "../../../offline/verify/verify";
import { ACCOUNT, answering, fakeAws, simulated } from "./fake-aws";

const TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/Ledger";
const TRAIN = "arn:aws:states:::sagemaker:createTrainingJob.sync";

const definition: Properties = {
  QueryLanguage: "JSONata",
  StartAt: "Ask",
  States: {
    Ask: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", TimeoutSeconds: 9, Arguments: { FunctionName: "f" }, Next: "Sound?" },
    "Sound?": { Type: "Choice", Choices: [{ Condition: "{% $states.input.ok %}", Next: "Who" }], Default: "Who" },
    Who: { Type: "Pass", Output: "{% $states.context.Execution.Name %}", Next: "Unseen" },
    Unseen: { Type: "Pass", End: true },
  },
};
const machine = { name: "retraining", arn: "arn:aws:states:us-east-1:123456789012:stateMachine:retraining", definition };
const context = { Execution: { Name: "run-1" } };

function attempt(given: Partial<Attempt> & Pick<Attempt, "state" | "type">): Attempt {
  return { input: { n: 1 }, variables: { v: 2 }, context, retries: 0, isTaskFailure: false, end: { kind: "left", output: 1 }, ...given };
}

const asked = attempt({
  ...{ state: "Ask", type: "Task", given: { FunctionName: "f" }, result: { Payload: { ok: true } } },
  end: { kind: "left", output: { ok: true }, assigned: { w: 3 }, next: "Sound?" },
});
const chosen = attempt({ state: "Sound?", type: "Choice", end: { kind: "left", output: { n: 1 }, next: "Who" } });
const named = attempt({ state: "Who", type: "Pass", end: { kind: "left", output: "run-1", next: "Unseen" } });

function loop(given: Partial<LoopSubject> = {}): LoopSubject {
  const statement = [{ Effect: "Allow", Action: "dynamodb:PutItem", Resource: TABLE }];
  return {
    name: "dev-loop-stack",
    machines: [machine],
    attempts: [asked, chosen, named].map((each) => ({ machine, attempt: each })),
    roles: [
      {
        ...{ id: "IntakeRole", policies: [JSON.stringify({ Statement: statement })], machines: [machine.arn] },
        needs: [{ action: "dynamodb:PutItem", resource: TABLE, context: { "dynamodb:LeadingKeys": "RUN#1" } }],
      },
    ],
    stack: {
      ...{ name: "dev-loop-stack", files: [{ key: "modelloop/1.json", text: "{}" }], templateKey: "modelloop/1.json", bucket: "planned" },
      ...{ parameters: { AssetBucket: "planned", KmsKeyArn: "planned-key" }, capabilities: ["CAPABILITY_IAM"], resources: 5 },
    },
    ...given,
  };
}

const OPTIONS = { region: "eu-west-1", skip: new Set<string>(), allowCreate: false };

async function ofCheck(
  id: string,
  aws: Partial<VerifyAws>,
  given: Partial<LoopSubject> = {},
  allowCreate = false,
): Promise<Omit<Finding, "check">[]> {
  const checks = CHECKS.filter((check) => check.id === id);
  const { findings } = await verify([loop(given)], fakeAws(aws), { ...OPTIONS, checks, allowCreate });
  return findings.map(({ check: _, ...rest }) => rest);
}

const tested = (value: TestedState): StateAnswer => ({ kind: "tested", tested: value });

describe("verify-aws, of definitions", () => {
  // A definition that our validation passes and AWS refuses is found half an hour into the first up.
  it("differs where Step Functions refuses what passes here, and tells its diagnostics", async () => {
    const diagnostics = [
      { severity: "ERROR" as const, code: "SCHEMA_VALIDATION_FAILED", message: "no such field", location: "/States/Ask" },
    ];
    expect(await ofCheck("definition", { validate: answering({ isAccepted: false, diagnostics }) })).toEqual([
      {
        ...{ subject: "retraining", here: "no fault", verdict: "differs" },
        aws: "FAIL: ERROR SCHEMA_VALIDATION_FAILED: no such field (/States/Ask)",
      },
    ]);
    const warned = [{ severity: "WARNING" as const, code: "NO_DOLLAR", message: "a path?" }];
    const [calm] = await ofCheck("definition", { validate: answering({ isAccepted: true, diagnostics: warned }) });
    expect(calm).toMatchObject({ verdict: "agrees", aws: "OK: WARNING NO_DOLLAR: a path?" });
  });

  it("is unknown where AWS did not say", async () => {
    expect((await ofCheck("definition", {}))[0]).toMatchObject({ verdict: "unknown", aws: "validate was not told" });
  });
});

describe("verify-aws, of states", () => {
  it("asks each state with what it was entered with, and compares where it went and what it handed on", async () => {
    const tests: StateTest[] = [];
    const testState: VerifyAws["testState"] = (test) => {
      tests.push(test);
      const answer: TestedState =
        test.state === "Ask"
          ? { status: "SUCCEEDED", output: { ok: true }, next: "Sound?", variables: { v: 2, w: 3 } }
          : { status: "SUCCEEDED", output: { n: 1 }, next: "Elsewhere" };
      return Promise.resolve(known(tested(answer)));
    };
    expect(await ofCheck("states", { testState })).toEqual([
      { subject: "retraining, Ask", here: "goes on to Sound?", aws: "goes on to Sound?", verdict: "agrees" },
      { subject: "retraining, Sound?", here: "goes on to Who", aws: "next state: here Who, AWS Elsewhere", verdict: "differs" },
      {
        ...{ subject: "retraining, Who", here: "goes on to Unseen", verdict: "not checked" },
        aws: "it reads the context object, which TestState takes for tasks only",
      },
      {
        ...{ subject: "retraining, Unseen", here: "no rehearsal came to it", verdict: "not checked" },
        aws: "there is nothing to compare with",
      },
    ]);
    const common = { definition, input: { n: 1 }, variables: { v: 2 } };
    expect(tests).toEqual([
      { ...common, state: "Ask", context, mock: { result: { Payload: { ok: true } }, isHeldToApi: true } },
      { ...common, state: "Sound?" },
    ]);
  });

  // Our stand-ins answer in shapes that we have read about; here is who could tell that one is wrong.
  it("says where our stand-in does not answer as the service, and compares all the same", async () => {
    const testState: VerifyAws["testState"] = ({ mock }) =>
      Promise.resolve(
        known<StateAnswer>(
          mock?.isHeldToApi === true
            ? { kind: "refused", reason: "ValidationException: Payload" }
            : tested({ status: "SUCCEEDED", output: { ok: true }, next: "Sound?" }),
        ),
      );
    const attempts = [{ machine, attempt: asked }];
    expect((await ofCheck("states", { testState }, { attempts }))[0]).toMatchObject({
      verdict: "differs",
      aws: "our stand-in does not answer as the service (ValidationException: Payload); apart from that it agrees: goes on to Sound?",
    });
    const refused = answering<StateAnswer>({ kind: "refused", reason: "InvalidDefinition: no" });
    expect((await ofCheck("states", { testState: refused }, { attempts }))[0]?.aws).toBe("would not test it: InvalidDefinition: no");
  });

  it("mocks the error that a task failed with, and nothing that matters where an expression failed before", () => {
    const failed = (isTaskFailure: boolean) =>
      attempt({ state: "Ask", type: "Task", retries: 2, isTaskFailure, end: { kind: "retried", error: "Busy", cause: "now" } });
    expect(testOf({ machine, attempt: failed(true) })).toMatchObject({
      ...{ mock: { error: "Busy", cause: "now", isHeldToApi: false }, retries: 2 },
    });
    expect(testOf({ machine, attempt: failed(false) }).mock).toEqual({ result: {}, isHeldToApi: false });
  });

  it.each<[AttemptEnd, TestedState, string]>([
    [{ kind: "retried", error: "X" }, { status: "RETRIABLE", error: "X", cause: "c" }, "agrees: tries again after X"],
    [{ kind: "failed", error: "X" }, { status: "FAILED", error: "Y" }, "differs: error: here X, AWS Y"],
    [
      { kind: "caught", error: "X", next: "N", output: 1, assigned: {} },
      { status: "CAUGHT_ERROR", error: "X", next: "N", output: 1 },
      "agrees: catches X and goes on to N",
    ],
    [
      { kind: "left", output: 1 },
      { status: "FAILED", error: "E" },
      "differs: status: here SUCCEEDED, AWS FAILED; output: here 1, AWS nothing",
    ],
    [
      { kind: "left", output: 1, assigned: { w: 3 } },
      { status: "SUCCEEDED", output: 1, variables: { w: 4 } },
      "differs: $w: here 3, AWS 4",
    ],
  ])("compares %j with %j", (end, answer, says) => {
    const reply = compared(end, answer, false);
    expect(`${reply.verdict}: ${reply.says}`).toBe(says);
  });

  it("does not compare what is drawn or timed", () => {
    expect(compared({ kind: "left", output: 1 }, { status: "SUCCEEDED", output: 2 }, true)).toEqual({
      ...{ verdict: "agrees", says: "ends there (values that it draws or times are not compared)" },
    });
  });
});

describe("verify-aws, of roles", () => {
  it("agrees where IAM allows what was seen, and denies what is none of its business", async () => {
    expect(await ofCheck("roles", { simulate: simulated })).toEqual([
      { subject: "IntakeRole", here: "may dynamodb:PutItem", aws: "all allowed", verdict: "agrees" },
      {
        ...{ subject: "IntakeRole", here: "may not delete a table, nor touch what is not the loop's" },
        ...{ aws: "all denied", verdict: "agrees" },
      },
    ]);
  });

  // The rehearsal grants everything: a permission that is missing shows in the first night on AWS.
  it("differs where a permission is missing, or one too many is given", async () => {
    const role = (Action: string) => ({
      ...loop().roles[0]!,
      policies: [JSON.stringify({ Statement: [{ Effect: "Allow", Action, Resource: "*" }] })],
    });
    const roles = [role("dynamodb:*")];
    const found = await ofCheck("roles", { simulate: simulated }, { roles });
    expect(found.map(({ verdict, aws }) => [verdict, aws])).toEqual([
      ["agrees", "all allowed"],
      [
        "differs",
        `allowed for dynamodb:DeleteTable on arn:aws:dynamodb:us-east-1:123456789012:table/somebody-elses; allowed for dynamodb:GetItem on arn:aws:dynamodb:us-east-1:123456789012:table/somebody-elses; allowed for dynamodb:DeleteTable on ${TABLE}`,
      ],
    ]);
    const [poor] = await ofCheck("roles", { simulate: simulated }, { roles: [role("sns:Publish")] });
    expect(poor).toMatchObject({ verdict: "differs", aws: `implicitDeny for dynamodb:PutItem on ${TABLE}` });
  });

  it("is unknown where the refusal turns on what the simulation was not told", async () => {
    const decision = { action: "dynamodb:PutItem", isAllowed: false, decision: "implicitDeny", missing: ["aws:SourceVpc"] };
    const [found] = await ofCheck("roles", { simulate: answering([decision]) });
    expect(found).toMatchObject({ verdict: "unknown", aws: `implicitDeny for dynamodb:PutItem on ${TABLE}, which turns on aws:SourceVpc` });
  });
});

describe("verify-aws, of the template", () => {
  const made = (changes: number) => answering({ isMade: true, changes, left: [] });
  const willing = { deployedStack: answering(undefined), ownsBucket: answering(true), upload: answering(true as const) };

  it("makes nothing unless it is allowed to", async () => {
    expect((await ofCheck("change-set", { ...willing, changeSet: made(5) }))[0]).toEqual({
      ...{ subject: "dev-loop-stack", here: "5 resources, nested ones among them", verdict: "not checked" },
      aws: "makes something in the account: allow it with --allow-create",
    });
  });

  it("compares the changes of a new stack with the resources of the template", async () => {
    const says = async (aws: Partial<VerifyAws>) => {
      const [found] = await ofCheck("change-set", { ...willing, ...aws }, {}, true);
      return `${found?.verdict}: ${found?.aws}`;
    };
    expect(await says({ changeSet: made(5) })).toBe("agrees: CREATE: 5 changes");
    expect(await says({ changeSet: made(4) })).toBe("differs: CREATE: 4 changes");
    const failed = (reason: string) => answering({ isMade: false, reason, changes: 0, left: ["stack dev-loop-stack-verify"] });
    expect(await says({ changeSet: failed("Template error") })).toBe(
      "differs: CREATE: Template error; still there, delete it: stack dev-loop-stack-verify",
    );
    const deployed = { name: "dev-loop-stack-1a2b3c4", parameters: { AssetBucket: "real" }, physicalIds: {} };
    expect(await says({ deployedStack: answering(deployed), changeSet: made(2) })).toBe("agrees: UPDATE: 2 changes");
    expect(await says({ ownsBucket: answering(false) })).toBe(
      "unknown: this account has no bucket planned: name one of its own with --assets-bucket",
    );
  });

  it("asks for what is deployed as it is now, and for a new stack with what is planned", () => {
    const { stack } = loop();
    expect(orderOf("eu-west-1", stack, "mine", undefined)).toEqual({
      ...{ stack: "dev-loop-stack-verify", kind: "CREATE", capabilities: ["CAPABILITY_IAM"] },
      templateUrl: "https://mine.s3.eu-west-1.amazonaws.com/modelloop/1.json",
      parameters: { AssetBucket: "mine", KmsKeyArn: "planned-key" },
    });
    const deployed = { name: "dev-loop-stack-1a2b3c4", parameters: { AssetBucket: "real", KmsKeyArn: "real-key" }, physicalIds: {} };
    expect(orderOf("eu-west-1", stack, "real", deployed)).toMatchObject({
      ...{ stack: "dev-loop-stack-1a2b3c4", kind: "UPDATE", parameters: { AssetBucket: "real", KmsKeyArn: null } },
    });
  });
});

describe("verify-aws, of training", () => {
  const training: Properties = { ...definition, States: { Train: { Type: "Task", Resource: TRAIN, TimeoutSeconds: 9, End: true } } };
  const trainer = { ...machine, definition: training };
  const given = {
    ...{ TrainingJobName: "dev-fraud-1", RoleArn: "arn:aws:iam:us-east-1:123456789012:TrainingRole", EnableManagedSpotTraining: true },
    ResourceConfig: { InstanceType: "ml.m5.2xlarge", InstanceCount: 2, VolumeSizeInGB: 30 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
  };
  const attempts = [{ machine: trainer, attempt: attempt({ state: "Train", type: "Task", given, result: {} }) }];
  const deployed = {
    name: "dev-loop-stack-1a2b3c4",
    parameters: {},
    physicalIds: { IntakeRole: "real-machine", TrainingRole: "real-training" },
  };

  it("says that a loop without training has none", async () => {
    expect(await ofCheck("training-job", {}, {}, true)).toEqual([
      {
        ...{ subject: "dev-loop-stack", here: "no training in this loop", verdict: "not checked" },
        aws: "there is no training to ask about",
      },
    ]);
  });

  // A job that is forgotten costs by the hour: the smallest, for a minute, stopped at once.
  it("starts the smallest job with the roles that are deployed, and stops it", async () => {
    const tests: StateTest[] = [];
    const testState: VerifyAws["testState"] = (test) => (tests.push(test), answering(tested({ status: "SUCCEEDED" }))());
    const aws = { testState, deployedStack: answering(deployed) };
    const [found] = await ofCheck("training-job", aws, { machines: [trainer], attempts }, true);
    expect(found).toMatchObject({
      verdict: "agrees",
      here: "asks for a job on ml.m5.2xlarge",
      aws: expect.stringMatching(/^dev-fraud-1-verify-\w+ was started, and is stopped$/) as string,
    });
    const [start, stop] = tests.filter(({ roleArn }) => roleArn !== undefined);
    expect(start).toMatchObject({
      roleArn: `arn:aws:iam::${ACCOUNT}:role/real-machine`,
      definition: {
        Resource: "arn:aws:states:::aws-sdk:sagemaker:createTrainingJob",
        Arguments: {
          RoleArn: `arn:aws:iam::${ACCOUNT}:role/real-training`,
          ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 30 },
          StoppingCondition: { MaxRuntimeInSeconds: 60 },
        },
      },
    });
    expect(stop).toMatchObject({ definition: { Resource: "arn:aws:states:::aws-sdk:sagemaker:stopTrainingJob" } });
  });

  it("tells what AWS refuses, and takes a job without its data for one whose input is sound", async () => {
    const says = async (cause: string) => {
      const failed = tested({ status: "FAILED", error: "SageMaker.SageMakerException", cause });
      const aws = { testState: answering(failed), deployedStack: answering(deployed) };
      const [found] = await ofCheck("training-job", aws, { machines: [trainer], attempts }, true);
      return `${found?.verdict}: ${found?.aws}`;
    };
    expect(await says("no such image")).toBe("differs: SageMaker.SageMakerException: no such image");
    expect(await says("No S3 objects found under S3 URL s3://x")).toBe(
      "agrees: takes the input as far as its data, which is not there: SageMaker.SageMakerException: No S3 objects found under S3 URL s3://x",
    );
    const nowhere = { deployedStack: answering(undefined) };
    expect((await ofCheck("training-job", nowhere, { machines: [trainer], attempts }, true))[0]).toMatchObject({
      ...{ verdict: "unknown", aws: "the loop is not deployed in this account: its roles are needed" },
    });
  });

  it("changes nothing of the input but its name, its size and its time", () => {
    const { EnableManagedSpotTraining: _spot, ...others } = given;
    expect(smallest(given, "x")).toEqual({
      ...{ ...others, TrainingJobName: "x", StoppingCondition: { MaxRuntimeInSeconds: 60 } },
      ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 30 },
    });
    const queue = "arn:aws:sqs:us-east-1:123456789012:q";
    expect(asDeployed([queue, given.RoleArn], { ...deployed, physicalIds: {} }, ACCOUNT, "eu-west-1")).toEqual([
      `arn:aws:sqs:eu-west-1:${ACCOUNT}:q`,
      given.RoleArn.replace("123456789012", ACCOUNT).replace("us-east-1", "eu-west-1"),
    ]);
  });
});

describe("the permission that a request needs", () => {
  const json = (host: string, target: string, body: object) => ({
    ...{ method: "POST", host: `${host}.us-east-1.amazonaws.com`, path: "/" },
    ...{ headers: { "x-amz-target": `Any.${target}` }, body: JSON.stringify(body) },
  });
  const arn = (rest: string) => `arn:aws:${rest}`;

  it.each([
    [
      "an item of a transaction",
      json("dynamodb", "TransactWriteItems", {
        TransactItems: [{ Put: { TableName: "Ledger", Item: { pk: { S: "RUN#1" } } } }, { ConditionCheck: { TableName: "Ledger" } }],
      }),
      [
        { action: "dynamodb:PutItem", resource: TABLE, context: { "dynamodb:LeadingKeys": "RUN#1" } },
        { action: "dynamodb:ConditionCheckItem", resource: TABLE },
      ],
    ],
    ["a batch", json("dynamodb", "BatchGetItem", { RequestItems: { Ledger: {} } }), [{ action: "dynamodb:BatchGetItem", resource: TABLE }]],
    [
      "an index",
      json("dynamodb", "Query", { TableName: "Ledger", IndexName: "due" }),
      [{ action: "dynamodb:Query", resource: `${TABLE}/index/due` }],
    ],
    [
      "a queue",
      json("sqs", "SendMessageBatch", { QueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/inbox" }),
      [{ action: "sqs:SendMessage", resource: arn("sqs:us-east-1:123456789012:inbox") }],
    ],
    ["an execution", json("states", "StopExecution", { executionArn: "arn:x" }), [{ action: "states:StopExecution", resource: "arn:x" }]],
    ["an alarm", json("monitoring", "DescribeAlarms", {}), [{ action: "cloudwatch:DescribeAlarms", resource: "*" }]],
    ["a service that is new", json("athena", "GetQueryResults", {}), [{ action: "athena:GetQueryResults", resource: "*" }]],
    ["a topic", { ...json("sns", "", {}), body: "Action=Publish&TopicArn=arn%3At" }, [{ action: "sns:Publish", resource: "arn:t" }]],
    [
      "a schedule, and the role that it is handed",
      {
        ...json("scheduler", "", { GroupName: "loop", Target: { RoleArn: "arn:aws:iam:us-east-1:123456789012:WakeUps" } }),
        path: "/schedules/wake-1",
      },
      [
        { action: "scheduler:CreateSchedule", resource: arn("scheduler:us-east-1:123456789012:schedule/loop/wake-1") },
        {
          ...{ action: "iam:PassRole", resource: "arn:aws:iam::123456789012:role/WakeUps" },
          context: { "iam:PassedToService": "scheduler.amazonaws.com" },
        },
      ],
    ],
    [
      "an object",
      { ...json("bucket.s3", "", {}), method: "PUT", path: "/runs/1.json?x-id=PutObject" },
      [{ action: "s3:PutObject", resource: "arn:aws:s3:::bucket/runs/1.json" }],
    ],
    ["somebody else's service", { ...json("", "", {}), host: "hooks.slack.com" }, []],
  ])("is read from %s", (_, request, calls) => {
    expect(callsOf(request)).toEqual(calls);
  });

  it("is read from a task state", () => {
    expect(callsOfTask("arn:aws:states:::lambda:invoke.waitForTaskToken", { FunctionName: "arn:f" })).toEqual([
      { action: "lambda:InvokeFunction", resource: "arn:f" },
    ]);
    expect(callsOfTask("arn:aws:states:::dynamodb:updateItem", { TableName: "Ledger", Key: { pk: { S: "RUN#1" } } })).toEqual([
      { action: "dynamodb:UpdateItem", resource: TABLE, context: { "dynamodb:LeadingKeys": "RUN#1" } },
    ]);
    expect(callsOfTask("arn:aws:states:::glue:startJobRun.sync", {})).toEqual([]);
  });

  // What .sync adds is forgotten by everybody once, and the machine is then not even created.
  it("is read from a task state that waits for an end, with what Step Functions itself asks for", () => {
    const says = (resource: string, given: Properties) => callsOfTask(resource, given).map(({ action, resource: on }) => `${action} ${on}`);
    const at = (service: string, rest: string) => arn(`${service}:us-east-1:123456789012:${rest}`);
    const rule = (name: string) =>
      ["PutRule", "PutTargets", "DescribeRule"].map((action) => `events:${action} ${at("events", `rule/${name}`)}`);
    const job = { TrainingJobName: "fraud-1", RoleArn: "arn:aws:iam:us-east-1:123456789012:Training", Tags: [] };
    expect(says(TRAIN, job)).toEqual([
      ...["CreateTrainingJob", "AddTags", "DescribeTrainingJob", "StopTrainingJob", "ListTags"].map(
        (action) => `sagemaker:${action} ${at("sagemaker", "training-job/fraud-1")}`,
      ),
      "iam:PassRole arn:aws:iam::123456789012:role/Training",
      ...rule("StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
    ]);
    const started = { StateMachineArn: at("states", "stateMachine:RollOut:live"), Name: "run-1" };
    expect(says("arn:aws:states:::states:startExecution.sync:2", started)).toEqual([
      `states:StartExecution ${at("states", "stateMachine:RollOut:live")}`,
      `states:DescribeExecution ${at("states", "execution:RollOut:run-1")}`,
      `states:StopExecution ${at("states", "execution:RollOut:run-1")}`,
      ...rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"),
    ]);
    expect(says("arn:aws:states:::athena:startQueryExecution.sync", { WorkGroup: "loop" }).slice(0, 3)).toEqual(
      ["StartQueryExecution", "GetQueryExecution", "StopQueryExecution"].map(
        (action) => `athena:${action} ${at("athena", "workgroup/loop")}`,
      ),
    );
  });

  // Athena is allowed to begin, and then fails on the catalog: an hour of looking at the wrong role.
  it("is read from a query, with the tables that it reads and the files that it leaves", () => {
    const query = {
      QueryString: `UNLOAD (SELECT 1 FROM "lake"."windows" WHERE x) TO 's3://artifacts/runs/1/train/'`,
      QueryExecutionContext: { Database: "lake" },
      ResultConfiguration: { OutputLocation: "s3://artifacts/runs/1/results/" },
    };
    const calls = callsOfTask("arn:aws:states:::athena:startQueryExecution.sync", query);
    const on = (resource: string) => calls.filter((call) => call.resource === resource).map(({ action }) => action);
    const table = ["GetTable", "GetPartition", "GetPartitions", "BatchGetPartition"].map((each) => `glue:${each}`);
    expect(on(arn("glue:us-east-1:123456789012:table/lake/windows"))).toEqual(table);
    expect(on(arn("glue:us-east-1:123456789012:database/lake"))).toEqual(["glue:GetDatabase", "glue:GetDatabases", ...table]);
    expect(on(arn("glue:us-east-1:123456789012:database/default"))).toEqual(["glue:GetDatabase", "glue:GetDatabases"]);
    expect(on(arn("s3:::artifacts/runs/1/train/any"))).toEqual(
      ["GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"].map((each) => `s3:${each}`),
    );
    expect(calls).toContainEqual({ action: "s3:ListBucket", resource: arn("s3:::artifacts"), context: { "s3:prefix": "runs/1/train/" } });
  });

  // SageMaker makes the network interfaces of a job as its role: without them, no job in a network starts.
  it("is asked of the role that a job is handed, not of the machine's", () => {
    const role = "arn:aws:iam:us-east-1:123456789012:Training";
    const job = {
      ...{ RoleArn: role, TrainingJobName: "fraud-1", VpcConfig: { Subnets: ["subnet-1"], SecurityGroupIds: ["sg-1"] } },
      AlgorithmSpecification: { TrainingImage: "683313688378.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5" },
      ResourceConfig: { VolumeKmsKeyId: "arn:key" },
    };
    const [lent] = callsOfLentRole(TRAIN, job);
    const asked = (resource: string) => lent?.calls.filter((call) => call.resource === resource).map(({ action }) => action) ?? [];
    expect([lent?.role, asked("arn:key")]).toEqual([role, ["kms:CreateGrant", "kms:DescribeKey"]]);
    expect(asked("arn:aws:ecr:eu-west-1:683313688378:repository/sagemaker-xgboost")).toContain("ecr:BatchGetImage");
    expect(
      asked("*")
        .filter((action) => action.startsWith("ec2:"))
        .sort(),
    ).toEqual([
      ...["CreateNetworkInterface", "CreateNetworkInterfacePermission", "DeleteNetworkInterface"].map((each) => `ec2:${each}`),
      ...["DeleteNetworkInterfacePermission", "DescribeDhcpOptions", "DescribeNetworkInterfaces"].map((each) => `ec2:${each}`),
      ...["DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"].map((each) => `ec2:${each}`),
    ]);
    expect(callsOfLentRole(TRAIN, { ...job, VpcConfig: null })[0]?.calls.some(({ action }) => action.startsWith("ec2:"))).toBe(false);
    expect(callsOfTask(TRAIN, job)).toContainEqual({
      ...{ action: "kms:CreateGrant", resource: "arn:key", context: { "kms:ViaService": "sagemaker.us-east-1.amazonaws.com" } },
    });
    expect(callsOfLentRole("arn:aws:states:::lambda:invoke", { RoleArn: role })).toEqual([]);
  });

  it("is read from what is declared, for what services ask by themselves", () => {
    const declared = (id: string, type: string, properties: Properties): Declared => ({
      ...{ id, type, properties, names: { ref: id, attributes: { Arn: `arn:${id}` } } },
    });
    const made = [
      declared("Logs", "AWS::Logs::LogGroup", {}),
      declared("Fn", "AWS::Lambda::Function", { Role: "arn:role", LoggingConfig: { LogGroup: "Logs" }, VpcConfig: { SubnetIds: [] } }),
      declared("Mapping", "AWS::Lambda::EventSourceMapping", { FunctionName: "Fn", EventSourceArn: "arn:queue" }),
      declared("Weekly", "AWS::Scheduler::Schedule", {
        Target: { Arn: "arn:aws:lambda:f", RoleArn: "arn:wakes", DeadLetterConfig: { Arn: "arn:aws:sqs:dead" } },
      }),
      declared("Machine", "AWS::StepFunctions::StateMachine", { RoleArn: "arn:runs", TracingConfiguration: { Enabled: true } }),
    ];
    expect(
      declaredCalls(made).map(({ role, calls }) => `${role}: ${calls.map(({ action, resource }) => `${action} ${resource}`).join(", ")}`),
    ).toEqual([
      "arn:role: logs:CreateLogStream arn:Logs, logs:PutLogEvents arn:Logs, ec2:CreateNetworkInterface *, ec2:DescribeNetworkInterfaces *, ec2:DeleteNetworkInterface *, ec2:DescribeSubnets *",
      "arn:role: sqs:ReceiveMessage arn:queue, sqs:DeleteMessage arn:queue, sqs:GetQueueAttributes arn:queue",
      "arn:wakes: lambda:InvokeFunction arn:aws:lambda:f, sqs:SendMessage arn:aws:sqs:dead",
      "arn:runs: xray:PutTraceSegments *, xray:PutTelemetryRecords *, xray:GetSamplingRules *, xray:GetSamplingTargets *",
    ]);
  });
});

describe("what is known of a loop on AWS", () => {
  const record = (environments: object[]) => `# Run\n\n\`\`\`json\n${JSON.stringify({ on: "2027-01-31", environments })}\n\`\`\`\n`;

  it("is nothing until a record of a run says otherwise, of that environment", () => {
    const dev = { environment: "dev", counts: { agrees: 40, differs: 2, unknown: 0, "not checked": 3 } };
    expect(sentenceOf(record([dev]), "dev")).toBe("Held against AWS on 2027-01-31 (docs/verified-on-aws.md): 40 of 42 answers agree.");
    expect(sentenceOf(record([dev]), "prod")).toBe(NEVER_RUN);
    expect(sentenceOf(record([{ environment: "dev", counts: { "not checked": 45 } }]), "dev")).toBe(NEVER_RUN);
    expect(sentenceOf("soon", "dev")).toBe(`${NEVER_RUN} (docs/verified-on-aws.md holds no document of verify-aws --json.)`);
  });
});
