/** A change set from its making to its end. Whatever happens on the way, it is taken away again, or named as what is left. */
import {
  type Capability,
  type CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetOutput,
  paginateDescribeChangeSet,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import { reasonOf } from "../preflight/aws-errors";
import type { ChangeSetAnswer, ChangeSetOrder } from "./aws";

/** With ten nested stacks CloudFormation takes about a minute. */
const LONGEST_SECONDS = 600;
const PAUSE_MS = 5_000;

/** @param pause milliseconds between two looks */
export async function madeAndDeleted(client: CloudFormationClient, order: ChangeSetOrder, pause = PAUSE_MS): Promise<ChangeSetAnswer> {
  const { stack: StackName, kind: ChangeSetType, templateUrl: TemplateURL, capabilities } = order;
  const Parameters = Object.entries(order.parameters).map(([ParameterKey, value]) =>
    value === null ? { ParameterKey, UsePreviousValue: true } : { ParameterKey, ParameterValue: value },
  );
  const { Id: id = "" } = await client.send(
    new CreateChangeSetCommand({
      ...{ StackName, ChangeSetType, TemplateURL, Parameters, Capabilities: [...capabilities] as Capability[] },
      ...{ ChangeSetName: `modelloop-verify-${Date.now()}`, IncludeNestedStacks: true },
      Description: "Made by modelloop verify-aws, which never executes it and deletes it",
    }),
  );
  let answer: Omit<ChangeSetAnswer, "left">;
  try {
    answer = await read(client, id, pause);
  } catch (error) {
    answer = { isMade: false, reason: reasonOf("cloudformation:DescribeChangeSet", error), changes: 0 };
  }
  return { ...answer, left: await takenAway(client, order, id) };
}

async function read(client: CloudFormationClient, id: string, pause: number): Promise<Omit<ChangeSetAnswer, "left">> {
  const { Status, StatusReason } = await ended(client, id, pause);
  if (Status === "CREATE_COMPLETE") return { isMade: true, changes: await changesIn(client, id) };
  return { isMade: false, reason: StatusReason ?? `it is ${Status} after ${LONGEST_SECONDS} seconds`, changes: 0 };
}

async function ended(client: CloudFormationClient, ChangeSetName: string, pause: number): Promise<DescribeChangeSetOutput> {
  const latest = Date.now() + LONGEST_SECONDS * 1_000;
  for (;;) {
    const found = await client.send(new DescribeChangeSetCommand({ ChangeSetName }));
    if (!/_(PENDING|IN_PROGRESS)$/.test(found.Status ?? "") || Date.now() > latest) return found;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** A nested stack is one change, and has a change set of its own. */
async function changesIn(client: CloudFormationClient, ChangeSetName: string): Promise<number> {
  let count = 0;
  for await (const { Changes = [] } of paginateDescribeChangeSet({ client }, { ChangeSetName }))
    for (const { ResourceChange } of Changes)
      count += 1 + (ResourceChange?.ChangeSetId === undefined ? 0 : await changesIn(client, ResourceChange.ChangeSetId));
  return count;
}

/** @returns what is still there */
async function takenAway(client: CloudFormationClient, { stack, kind }: ChangeSetOrder, id: string): Promise<string[]> {
  const left: string[] = [];
  try {
    await client.send(new DeleteChangeSetCommand({ ChangeSetName: id }));
  } catch {
    left.push(`change set ${id}`);
  }
  if (kind === "UPDATE") return left;
  try {
    await client.send(new DeleteStackCommand({ StackName: stack }));
    await waitUntilStackDeleteComplete({ client, maxWaitTime: LONGEST_SECONDS }, { StackName: stack });
  } catch {
    left.push(`stack ${stack}`);
  }
  return left;
}
