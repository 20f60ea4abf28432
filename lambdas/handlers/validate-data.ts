import { dynamoDbLedger } from "../adapters/dynamodb-ledger";
import { s3Artifacts } from "../adapters/s3-artifacts";
import { validateData } from "../application/run/validate-data";
import type { DataVerdict } from "../domain/run/steps";
import { systemClock } from "../runtime/clock";
import { readEnvironment } from "../runtime/environment";
import { validateDataEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";
import { powertoolsLogbook } from "../runtime/telemetry";

const loop = once(() => {
  const { LEDGER_TABLE } = readEnvironment(validateDataEnvironmentSchema);
  return { ledger: dynamoDbLedger(LEDGER_TABLE), logbook: powertoolsLogbook, clock: systemClock, artifacts: s3Artifacts() };
});

/** A run's question whether its data are fit to be learnt from, from its workflow. */
export async function handler(request: unknown): Promise<DataVerdict> {
  return validateData(request, loop());
}
