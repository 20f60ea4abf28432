import { Aws } from "aws-cdk-lib";
import { type IGrantable, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";
import { acknowledge, onAllOf } from "./acknowledge.cdk";

/** What S3 asks of whoever reads; listing too, because without it a file that is not there is one that is forbidden. */
const READ = ["s3:GetObject"];
/** And of whoever writes, in parts where a file is large. */
const WRITE = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
const ON_BUCKET = ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"];

export interface FileAccess {
  readonly bucket: IBucket;
  /** Below which, with the slash; empty for the whole bucket. */
  readonly prefix: string;
  readonly write?: boolean;
}

type Grantee = IGrantable & IConstruct & { readonly role?: IRole };

/** Files below a prefix, and nothing else of the bucket; deleting is nobody's. CDK's own grants say `s3:GetBucket*`, `s3:List*` and `s3:DeleteObject*`. */
export function grantFiles(grantee: Grantee | (IFunction & IGrantable), { bucket, prefix, write = false }: FileAccess): void {
  const files = bucket.arnForObjects(`${prefix}*`);
  const to = grantee.grantPrincipal;
  to.addToPrincipalPolicy(new PolicyStatement({ actions: write ? [...READ, ...WRITE] : READ, resources: [files] }));
  to.addToPrincipalPolicy(
    new PolicyStatement({
      ...{ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] },
      // If it exists: who asks for one file says no prefix, and would be told "forbidden" of a file that is not there.
      ...(prefix !== "" && { conditions: { StringLikeIfExists: { "s3:prefix": [`${prefix}*`] } } }),
    }),
  );
  to.addToPrincipalPolicy(new PolicyStatement({ actions: ON_BUCKET, resources: [bucket.bucketArn] }));
  if (bucket.encryptionKey !== undefined) {
    const actions = write ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"];
    to.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [bucket.encryptionKey.keyArn] }));
  }
  acknowledge(grantee.role ?? grantee, onAllOf(bucket, files), "Files of runs and releases, whose names follow from theirs");
}

/** One file of the bucket with the loop's own. */
export function grantOneFile(grantee: IGrantable, bucketName: string, key: string): void {
  const resources = [`arn:${Aws.PARTITION}:s3:::${bucketName}/${key}`];
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["s3:GetObject"], resources }));
}
