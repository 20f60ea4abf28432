import { Key } from "aws-cdk-lib/aws-kms";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { RunLedger } from "../../../../components/learning/run-ledger/run-ledger.cdk";
import { RUN_PARTITIONS } from "../../../../components/learning/run-ledger/run-ledger";
import { only, statements, synthesised } from "../shared/synthesis";

test("by default the table is billed by request, restorable to any second, protected, kept and encrypted", () => {
  const { template } = synthesised((stack) => void new RunLedger(stack, "Ledger"));
  expect(only(template, "AWS::DynamoDB::Table")).toEqual({
    Type: "AWS::DynamoDB::Table",
    Properties: {
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true },
    },
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
  });
});

test("allowDelete, and nothing else, lets the table go with its stack", () => {
  const { template } = synthesised((stack) => void new RunLedger(stack, "Ledger", { allowDelete: true }));
  const { Properties, DeletionPolicy } = only(template, "AWS::DynamoDB::Table");
  expect({ DeletionPolicy, protected: Properties["DeletionProtectionEnabled"] }).toEqual({ DeletionPolicy: "Delete", protected: false });
});

test("a grant to read allows reading, and whoever is confined is denied every record outside its partitions", () => {
  const { template } = synthesised((stack) => {
    const ledger = new RunLedger(stack, "Ledger");
    const role = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    ledger.grantRead(role("Reader"));
    ledger.confine(role("Workflow"), RUN_PARTITIONS);
  });
  expect(statements(template).map(({ Effect, Action, Condition }) => [Effect, Action, Condition])).toEqual([
    ["Allow", ["dynamodb:BatchGetItem", "dynamodb:Query"], undefined],
    [
      ...["Deny", ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]],
      { "ForAnyValue:StringNotLike": { "dynamodb:LeadingKeys": ["RUN#*"] } },
    ],
  ]);
});

// Whoever may delete a record may make the loop forget that it has acted.
test("a grant allows what the ledger's adapter does, on this table and key, and no deletion", () => {
  let policy = "";
  const { template } = synthesised((stack) => {
    const ledger = new RunLedger(stack, "Ledger", {
      encryptionKey: Key.fromKeyArn(stack, "Key", "arn:aws:kms:us-east-1:111122223333:key/1"),
    });
    ledger.grant(new Role(stack, "Function", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") }));
    policy = ledger.stackPolicy;
  });
  const table = Object.keys(template.Resources).find((id) => template.Resources[id]?.Type === "AWS::DynamoDB::Table");
  expect(statements(template)).toEqual([
    {
      Effect: "Allow",
      Action: ["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
      Resource: [{ "Fn::GetAtt": [table, "Arn"] }],
    },
    {
      Effect: "Deny",
      Action: ["dynamodb:UpdateItem", "dynamodb:DeleteItem"],
      Resource: { "Fn::GetAtt": [table, "Arn"] },
      Condition: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["AUDIT", "AUDIT#*"] } },
    },
    {
      Effect: "Allow",
      Action: [
        ...["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
        ...["kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"],
      ],
      Resource: "arn:aws:kms:us-east-1:111122223333:key/1",
    },
  ]);
  expect(policy).toContain(`"LogicalResourceId/${table}"`);
  expect(only(template, "AWS::DynamoDB::Table").Properties["SSESpecification"]).toEqual({
    ...{ SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: "arn:aws:kms:us-east-1:111122223333:key/1" },
  });
});
