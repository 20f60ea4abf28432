import { dynamoDbLedger } from "../adapters/dynamodb-ledger";
import { s3ModelArchives } from "../adapters/s3-model-archives";
import { judgeRun } from "../application/run/judge-run";
import type { Judgement } from "../domain/run/steps";
import { systemClock } from "../runtime/clock";
import { readEnvironment } from "../runtime/environment";
import { judgeRunEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";
import { powertoolsLogbook } from "../runtime/telemetry";

const loop = once(() => {
  const { LEDGER_TABLE } = readEnvironment(judgeRunEnvironmentSchema);
  return { ledger: dynamoDbLedger(LEDGER_TABLE), logbook: powertoolsLogbook, clock: systemClock, archives: s3ModelArchives() };
});

/** A run's question whether what it trained may become a candidate, from its workflow. */
export async function handler(request: unknown): Promise<Judgement> {
  return judgeRun(request, loop());
}
