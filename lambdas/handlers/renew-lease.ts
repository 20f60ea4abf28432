import { dynamoDbLedger } from "../adapters/dynamodb-ledger";
import { type LeaseAnswer, renewLease } from "../application/renew-lease";
import { systemClock } from "../runtime/clock";
import { readEnvironment } from "../runtime/environment";
import { renewLeaseEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";
import { powertoolsLogbook } from "../runtime/telemetry";

const loop = once(() => {
  const { MODELS, LEDGER_TABLE, LEASE_HOURS } = readEnvironment(renewLeaseEnvironmentSchema);
  return { models: MODELS, ledger: dynamoDbLedger(LEDGER_TABLE), leaseHours: LEASE_HOURS, logbook: powertoolsLogbook, clock: systemClock };
});

/** A run's question whether it may go on, from its workflow. */
export async function handler(request: unknown): Promise<LeaseAnswer> {
  return renewLease(request, loop());
}
