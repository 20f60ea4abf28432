import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, type CfnTable, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Effect, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { grantUseOf } from "../shared/key-use.cdk";
import { AUDIT_PARTITIONS, ITEM_ACTIONS, LEDGER_ACTIONS, LEDGER_READS, LEDGER_TABLE, stackPolicyThatKeeps } from "./run-ledger";

export interface RunLedgerProps {
  /** Encrypts the table. A change re-encrypts in place. @default - AWS's key for DynamoDB */
  readonly encryptionKey?: IKey;
  /** Lets a deletion of the stack delete the table with every record of what was decided. @default false */
  readonly allowDelete?: boolean;
}

/**
 * The loop's memory: locks, what is pending, what was dealt with, and the audit trail, in one DynamoDB table.
 *
 * Security: encrypted; `grant` allows five actions on this table, none of which deletes, and denies changes of the audit trail's lines.
 * Cost: by request, 1.25 USD a million writes and 0.25 USD a GB and month (us-east-1, AWS price list, 2026-10-01), twice the storage for point-in-time recovery.
 * Replaced when: never by an argument. Deletion-protected and kept when the stack goes; `stackPolicy` refuses a replacement.
 */
export class RunLedger extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: RunLedgerProps = {}) {
    super(scope, id);
    const { encryptionKey, allowDelete = false } = props;
    this.table = new Table(this, "Table", {
      partitionKey: { name: LEDGER_TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: LEDGER_TABLE.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: LEDGER_TABLE.timeToLive,
      // An alarm storm is a hundred times the traffic of a quiet day, and a throttled ledger is a lost lease.
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !allowDelete,
      removalPolicy: allowDelete ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...(encryptionKey === undefined
        ? { encryption: TableEncryption.AWS_MANAGED }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
    });
  }

  /** All that those do with it who decide. Of the audit trail they write new lines; that they write over none, only their own condition says. */
  grant(grantee: IGrantable): void {
    this.table.grant(grantee, ...LEDGER_ACTIONS);
    const changes = ["dynamodb:UpdateItem", "dynamodb:DeleteItem"];
    grantee.grantPrincipal.addToPrincipalPolicy(this.denied(changes, "ForAnyValue:StringLike", AUDIT_PARTITIONS));
    grantUseOf(this.table.encryptionKey, grantee);
  }

  /** Of those who only tell what stands in it. */
  grantRead(grantee: IGrantable): void {
    this.table.grant(grantee, ...LEDGER_READS);
    grantUseOf(this.table.encryptionKey, grantee);
  }

  /** Whatever else allows the grantee, it touches records of these partitions alone. */
  confine(grantee: IGrantable, partitions: string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(this.denied(ITEM_ACTIONS, "ForAnyValue:StringNotLike", partitions));
  }

  /** Denied and not merely left out: another grant would add up, a denial holds. */
  private denied(actions: string[], operator: string, partitions: string[]): PolicyStatement {
    return new PolicyStatement({
      effect: Effect.DENY,
      actions,
      resources: [this.table.tableArn],
      conditions: { [operator]: { "dynamodb:LeadingKeys": partitions } },
    });
  }

  /** To be set on the stack that holds the ledger: CDK cannot set it, CloudFormation takes it only from whoever deploys. */
  get stackPolicy(): string {
    const logicalId: unknown = Stack.of(this).resolve(Stack.of(this).getLogicalId(this.table.node.defaultChild as CfnTable));
    return stackPolicyThatKeeps([String(logicalId)]);
  }
}
