import { dynamoDbLedger } from "../adapters/dynamodb-ledger";
import { registryPorts } from "../adapters/mlflow/registry-ports";
import { prepareRun } from "../application/run/prepare-run";
import type { PrepareAnswer } from "../domain/run/steps";
import { systemClock } from "../runtime/clock";
import { readEnvironment } from "../runtime/environment";
import { prepareRunEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";
import { powertoolsLogbook } from "../runtime/telemetry";

const loop = once(() => {
  const environment = readEnvironment(prepareRunEnvironmentSchema);
  const { LEDGER_TABLE, MODEL_SPECS_BUCKET, MODEL_SPECS_KEY, ARTIFACTS: place, RELEASES_BUCKET: releasesBucket } = environment;
  return {
    ...{ ledger: dynamoDbLedger(LEDGER_TABLE), logbook: powertoolsLogbook, clock: systemClock },
    ...registryPorts(environment),
    ...{ specs: `s3://${MODEL_SPECS_BUCKET}/${MODEL_SPECS_KEY}`, place, releasesBucket },
  };
});

/** A run's question what it is to do, from its workflow. */
export async function handler(request: unknown): Promise<PrepareAnswer> {
  return prepareRun(request, loop());
}
