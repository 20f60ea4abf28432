import { createHash } from "node:crypto";
import { dynamoDbLedger } from "../adapters/dynamodb-ledger";
import { onnxGraphRunner } from "../adapters/onnx-runtime";
import { s3ModelArchives } from "../adapters/s3-model-archives";
import { s3Releases } from "../adapters/s3-releases";
import { packageRun } from "../application/run/package-run";
import type { Packaged } from "../domain/run/steps";
import { systemClock } from "../runtime/clock";
import { readEnvironment } from "../runtime/environment";
import { packageReleaseEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";
import { powertoolsLogbook } from "../runtime/telemetry";

const loop = once(() => {
  const { LEDGER_TABLE, RELEASES } = readEnvironment(packageReleaseEnvironmentSchema);
  return {
    ...{ ledger: dynamoDbLedger(LEDGER_TABLE), logbook: powertoolsLogbook, clock: systemClock },
    ...{ archives: s3ModelArchives(), runner: onnxGraphRunner(), hash },
    storeAt: (place: string) => {
      const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(place) ?? [];
      return s3Releases({ bucket, prefix });
    },
    releases: RELEASES,
  };
});

function hash(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** From what was judged to what can be served, for a run's workflow. */
export async function handler(request: unknown): Promise<Packaged> {
  return packageRun(request, loop());
}
