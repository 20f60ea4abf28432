import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { modelSpecsSchema, RELEASES_BUCKET_PLACEHOLDER } from "../domain/run/model-spec";
import type { ServedLine, ServedLines } from "../ports/roll-out-runs";
import { PATIENCE } from "./http-patience";

export interface SpecsPlace {
  bucket: string;
  key: string;
  /** Of releases whose bucket the document leaves open. */
  releasesBucket?: string | undefined;
}

/** From the loop's document of models. It lies under the hash of its content, so it is read once. */
export function s3ServedLines({ bucket, key, releasesBucket }: SpecsPlace, client = new S3Client(PATIENCE)): ServedLines {
  let known: Promise<ServedLine[]> | undefined;
  const read = async (): Promise<ServedLine[]> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const text = (await Body?.transformToString("utf-8")) ?? "";
    const placed = releasesBucket === undefined ? text : text.replaceAll(RELEASES_BUCKET_PLACEHOLDER, releasesBucket);
    const { models } = modelSpecsSchema.parse(JSON.parse(placed));
    return models.flatMap(({ line, model, serving, rollOut }) =>
      serving === undefined || rollOut === undefined ? [] : [{ line, model, serving, rollOut }],
    );
  };
  return {
    all: () =>
      (known ??= read().catch((error: unknown) => {
        known = undefined;
        throw error;
      })),
  };
}
