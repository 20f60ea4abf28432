/** Scenarios whose runs go their whole way, played once for all that is asked of them here. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { together } from "../../../../offline/rehearsal/scenarios/coverage";
import { DECIDED_WITHOUT_WHOLE_RUNS, undecided } from "../support/decisions";
import { WHOLE_RUNS, type WholeRuns } from "../support/whole-runs";

const PLAYER = path.resolve(__dirname, "../support/whole-runs.ts");

jest.setTimeout(240_000 + Number(process.env["MODELLOOP_SEEDS"] ?? 1) * 60_000);

let played: WholeRuns;
beforeAll(() => {
  played = JSON.parse(
    spawnSync(process.execPath, ["--import", "tsx", PLAYER], { encoding: "utf8", maxBuffer: 64 * 1024 ** 2 }).stdout,
  ) as WholeRuns;
});

it.each(WHOLE_RUNS.map((file) => [path.basename(file, ".yaml")]))("the whole run of %s comes true", (name) => {
  expect(played.acts.find(({ scenario }) => scenario === name)?.faults).toEqual([]);
});

// A way that nobody has seen to work is found at night, by whoever is woken.
it("visits every state and every catch of both machines", () => {
  const { missed } = together(played.acts.map(({ coverage }) => coverage));
  expect(missed.filter((part) => !part.startsWith("decision: "))).toEqual([]);
});

// Those that are left out here are seen by `rehearse.test.ts`, which holds its scenarios to them.
it("comes by every kind of decision but those of loops whose runs train nothing", () => {
  expect(undecided(played.acts.map(({ coverage }) => coverage))).toEqual(DECIDED_WITHOUT_WHOLE_RUNS);
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
