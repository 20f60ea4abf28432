import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { Construct } from "constructs";
import { grantOneFile } from "../shared/file-access.cdk";
import { declaredModels, type LoopModelShape } from "./model-loop";
import { modelSpec } from "./model-training";

/**
 * The document of the models that the loop trains, uploaded under the hash of its content: a run reads it once, and what is deployed meanwhile
 * changes nothing for it.
 */
export class ModelSpecs extends Construct {
  readonly bucketName: string;
  readonly key: string;

  constructor(scope: Construct, id: string, models: readonly LoopModelShape[]) {
    super(scope, id);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-specs-"));
    try {
      // Copied by the asset at once. By a fixed name, since a file's name is a part of where the asset lands.
      const file = path.join(folder, "models.json");
      fs.writeFileSync(file, modelSpecsText(models));
      const asset = new Asset(this, "Document", { path: file });
      this.bucketName = asset.s3BucketName;
      this.key = asset.s3ObjectKey;
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }

  grantRead(grantee: IGrantable): void {
    grantOneFile(grantee, this.bucketName, this.key);
  }
}

function modelSpecsText(models: readonly LoopModelShape[]): string {
  const lines = new Map(declaredModels(models).map(({ model, line }) => [model, line]));
  const trained = models.flatMap(({ name, training }) =>
    training === undefined ? [] : [modelSpec(name, lines.get(name) ?? name, training)],
  );
  return `${JSON.stringify({ schemaVersion: 1, models: trained })}\n`;
}
