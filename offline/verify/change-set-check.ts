/** Whether CloudFormation takes the template, asked with a change set that nobody executes. */
import { templateUrl } from "../../components/learning/model-loop/deployment";
import type { Answer } from "../preflight/cloud";
import type { ChangeSetAnswer, ChangeSetOrder, DeployedStack } from "./aws";
import { type Asking, type Check, partitionOf, type Reply } from "./finding";
import { ASSET_BUCKET, type StackSubject } from "./stack";

export const CHANGE_SET_CHECK: Check = {
  id: "change-set",
  title: "Template of the loop",
  asks: [
    ...["s3:ListBucket", "s3:PutObject", "s3:GetObject", "cloudformation:DescribeStacks", "cloudformation:ListStackResources"],
    ...["cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet", "cloudformation:DeleteChangeSet"],
    "cloudformation:DeleteStack",
  ],
  makes:
    "the template's files in the assets bucket, a change set, and where there is no stack yet an empty one; it deletes all but the files",
  questions: ({ stack }) => [
    { subject: stack.name, here: `${stack.resources} resources, nested ones among them`, ask: (asking) => asked(asking, stack) },
  ],
};

async function asked(asking: Asking, stack: StackSubject): Promise<Reply> {
  const { aws } = asking;
  const deployed = await aws.deployedStack(stack.name);
  if (deployed.kind === "unknown") return { verdict: "unknown", says: deployed.reason };
  const bucket = await uploaded(asking, stack, deployed.value);
  if (bucket.kind === "unknown") return { verdict: "unknown", says: bucket.reason };
  const order = orderOf(asking.region, stack, bucket.value, deployed.value);
  const answer = await aws.changeSet(order);
  return answer.kind === "unknown" ? { verdict: "unknown", says: answer.reason } : judged(answer.value, order.kind, stack);
}

/** @returns the bucket that holds them: the one that was named, that of the deployed stack, or that of the plan */
async function uploaded(
  { aws, identity: { account }, assetsBucket }: Asking,
  { bucket: planned, files }: StackSubject,
  deployed: DeployedStack | undefined,
): Promise<Answer<string>> {
  const bucket = assetsBucket ?? deployed?.parameters[ASSET_BUCKET] ?? planned;
  const owns = await aws.ownsBucket(bucket, account);
  if (owns.kind === "unknown") return owns;
  if (!owns.value) return { kind: "unknown", reason: `this account has no bucket ${bucket}: name one of its own with --assets-bucket` };
  for (const { key, text } of files) {
    const done = await aws.upload(bucket, key, text, account);
    if (done.kind === "unknown") return done;
  }
  return { kind: "known", value: bucket };
}

export function orderOf(region: string, stack: StackSubject, bucket: string, deployed: DeployedStack | undefined): ChangeSetOrder {
  const asNow = (name: string, value: string): string | null => (deployed !== undefined && name in deployed.parameters ? null : value);
  const parameters = Object.entries(stack.parameters).map(([name, value]) => [name, name === ASSET_BUCKET ? bucket : asNow(name, value)]);
  return {
    stack: deployed?.name ?? `${stack.name}-verify`,
    kind: deployed === undefined ? "CREATE" : "UPDATE",
    templateUrl: templateUrl(bucket, stack.templateKey, { region, partition: partitionOf(region) }),
    parameters: Object.fromEntries(parameters) as Record<string, string | null>,
    capabilities: stack.capabilities,
  };
}

/** CloudFormation calls it a failure when there is nothing to change. */
const NOTHING_TO_CHANGE = /didn't contain changes|No updates are to be performed/i;

function judged({ isMade, reason = "no reason", changes, left }: ChangeSetAnswer, kind: "CREATE" | "UPDATE", stack: StackSubject): Reply {
  const still = left.length === 0 ? "" : `; still there, delete it: ${left.join(", ")}`;
  if (!isMade && NOTHING_TO_CHANGE.test(reason)) return { verdict: "agrees", says: `${kind}: nothing to change${still}` };
  if (!isMade) return { verdict: "differs", says: `${kind}: ${reason}${still}` };
  // A new stack is made of all its resources; of an existing one nobody here knows what has changed.
  const isWhole = kind === "UPDATE" || changes === stack.resources;
  return { verdict: isWhole ? "agrees" : "differs", says: `${kind}: ${changes} changes${still}` };
}
