/**
 * How the ledger is kept from being lost: it answers "has this been dealt with?", and a fresh, empty one would answer no to everything.
 */
import { LEDGER_TABLE } from "../../../lambdas/domain/ledger-records";

export { LEDGER_ACTIONS, LEDGER_TABLE } from "../../../lambdas/domain/ledger-records";

export const LEDGER_READS = ["dynamodb:BatchGetItem", "dynamodb:Query"];

/** What touches a single record, for denials: of others DynamoDB says no partition (developer guide, "IAM policy conditions", 2026). */
export const ITEM_ACTIONS = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];

/** `AUDIT`, and one for each model. */
export const AUDIT_PARTITIONS = ["AUDIT", "AUDIT#*"];

interface StackPolicyStatement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Principal: "*";
  Resource: string | string[];
}

/**
 * For `aws cloudformation set-stack-policy`, or a component that deploys the template: everything may be updated, but nothing that is named
 * here replaced or removed. A retained table survives its replacement, and the loop would go on with the empty one in its place.
 */
export function stackPolicyThatKeeps(logicalIds: readonly string[]): string {
  const statements: StackPolicyStatement[] = [
    { Effect: "Allow", Action: "Update:*", Principal: "*", Resource: "*" },
    {
      Effect: "Deny",
      Action: ["Update:Replace", "Update:Delete"],
      Principal: "*",
      Resource: logicalIds.map((id) => `LogicalResourceId/${id}`),
    },
  ];
  return JSON.stringify({ Statement: statements });
}

/** Where the workflow writes down that a run began and ended, beside the records that the functions keep. */
export const RUN_RECORD = { partition: "RUN#", sort: "PROGRESS", ...LEDGER_TABLE } as const;

/** Those that a workflow writes, and those that hold lines and their models. */
export const RUN_PARTITIONS = [`${RUN_RECORD.partition}*`];
export const LINE_PARTITIONS = ["LINE#*"];
