import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, type CfnTable, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { grantUseOf } from "../shared/key-use.cdk";
import { LEDGER_ACTIONS, LEDGER_TABLE, stackPolicyThatKeeps } from "./run-ledger";

export interface RunLedgerProps {
  /** Encrypts the table. A change re-encrypts in place. @default - AWS's key for DynamoDB */
  readonly encryptionKey?: IKey;
  /** Lets a deletion of the stack delete the table with every record of what was decided. @default false */
  readonly allowDelete?: boolean;
}

/**
 * The loop's memory: locks, what is pending, what was dealt with, and the audit trail, in one DynamoDB table.
 *
 * Security: encrypted; `grant` allows five actions on this table, none of which deletes.
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

  /** All that the loop's functions do with it. */
  grant(grantee: IGrantable): void {
    this.table.grant(grantee, ...LEDGER_ACTIONS);
    grantUseOf(this.table.encryptionKey, grantee);
  }

  /** To be set on the stack that holds the ledger: CDK cannot set it, CloudFormation takes it only from whoever deploys. */
  get stackPolicy(): string {
    const logicalId: unknown = Stack.of(this).resolve(Stack.of(this).getLogicalId(this.table.node.defaultChild as CfnTable));
    return stackPolicyThatKeeps([String(logicalId)]);
  }
}
