/** The template that is deployed, the bundles that are deployed, weeks of trouble in seconds. Every scenario is played once for all that is asked here. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { together } from "../../../../offline/rehearsal/scenarios/coverage";
import { type EveryScenario, SCENARIOS, STORMED, WHOLE_RUNS } from "../support/every-scenario";

const PLAYER = path.resolve(__dirname, "../support/every-scenario.ts");

jest.setTimeout(240_000 + Number(process.env["MODELLOOP_SEEDS"] ?? 1) * 60_000);

let played: EveryScenario;
beforeAll(() => {
  played = JSON.parse(
    spawnSync(process.execPath, ["--liftoff-only", "--import", "tsx", PLAYER], { encoding: "utf8", maxBuffer: 64 * 1024 ** 2 }).stdout,
  ) as EveryScenario;
});

it.each(SCENARIOS)("the scenario %s comes true on calm days", (name) => {
  expect(played.acts.find(({ scenario }) => scenario === name)?.faults).toEqual([]);
});

// Properties 1 and 6: no two runs of a line, every run in the trail, whatever is lost, doubled or dies.
it.each(STORMED)("the scenario %s keeps the loop's promises in storms", (name) => {
  const storms = played.storms.filter(({ scenario }) => scenario === name);
  expect(storms.length).toBeGreaterThan(0);
  expect(storms.filter(({ faults }) => faults.length > 0)).toEqual([]);
});

// A way that nobody has seen to work is found at night, by whoever is woken.
describe("all calm days together", () => {
  const missed = (acts: EveryScenario["acts"]) => together(acts.map(({ coverage }) => coverage)).missed;
  const isDecision = (part: string): boolean => part.startsWith("decision: ");

  // Two machines have steps of the same names: what the one has come by says nothing of the other.
  it.each([true, false])("visit every state and every catch of the machines (runs that go their whole way: %s)", (isWhole) => {
    const acts = played.acts.filter(({ scenario }) => WHOLE_RUNS.includes(scenario) === isWhole);
    expect(acts.length).toBeGreaterThan(5);
    expect(missed(acts).filter((part) => !isDecision(part))).toEqual([]);
  });

  it("come by every kind of decision", () => {
    expect(missed(played.acts).filter(isDecision)).toEqual([]);
  });
});

// A permission that verify-aws does not ask about is one that nobody has held against AWS.
it("does nothing with a role that verify-aws does not ask about, and holds nothing else without a reason", () => {
  const forgotten = played.roles.map(({ role, granted, asked }) => ({
    role,
    forgotten: granted.filter((each) => !asked.includes(each) && !isNamed(role, each)),
  }));
  expect(forgotten.filter((each) => each.forgotten.length > 0)).toEqual([]);
  const refused = played.roles.map(({ role, granted, asked }) => ({ role, refused: asked.filter((each) => !granted.includes(each)) }));
  expect(refused.filter((each) => each.refused.length > 0)).toEqual([]);
});

function isNamed(role: string, action: string): boolean {
  return HELD_UNASKED.some(({ roles = /./, actions }) => roles.test(role) && actions.test(action));
}

/** What is granted, and asked for by no request that tells of it. */
const HELD_UNASKED: { roles?: RegExp; actions: RegExp; because: string }[] = [
  {
    actions: /^kms:(Encrypt|Decrypt|ReEncrypt|GenerateDataKey|DescribeKey)/,
    because: "DynamoDB, SNS and S3 ask for it, by a key that no request names",
  },
  {
    actions: /^s3:(GetBucketLocation|ListBucket(MultipartUploads)?|AbortMultipartUpload|ListMultipartUploadParts)$/,
    because: "asked for by large files and by files that are not there: the one grant of files",
  },
  {
    actions: /^dynamodb:(BatchGetItem|ConditionCheckItem|PutItem|UpdateItem|Query)$/,
    because: "the ledger has one grant for whoever keeps it",
  },
  { actions: /^sqs:(GetQueueUrl|GetQueueAttributes|ChangeMessageVisibility)$/, because: "CDK grants it with sending and taking" },
  { actions: /^secretsmanager:DescribeSecret$/, because: "CDK grants it with reading" },
  { roles: /Operator/, actions: /^states:SendTask(Failure|Heartbeat)$/, because: "CDK grants it with answering" },
  { roles: /RunEnded|Sweep/, actions: /^states:StartExecution$/, because: "starts a run that waited, which none of these scenarios has" },
  {
    roles: /Operator/,
    actions: /^(scheduler:(Create|Update)Schedule|iam:PassRole)$/,
    because: "wakes a run that has to wait, which none of these scenarios has",
  },
  {
    roles: /Registry|Notify/,
    actions: /^sqs:SendMessage$/,
    because: "tells people of what goes wrong, and gives up on what cannot be told, which none of these scenarios has",
  },
];
