import { signalPorts } from "../adapters/loop-ports";
import { sqsQuarantine } from "../adapters/sqs";
import { endRun } from "../application/run-ended";
import { readEnvironment } from "../runtime/environment";
import { runEndedEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";
import { eachMessage, type SqsBatchResponse, type SqsEvent, type TimeLeft } from "../runtime/sqs-batch";

const loop = once(() => {
  const environment = readEnvironment(runEndedEnvironmentSchema);
  return { ...signalPorts(environment), quarantine: sqsQuarantine(environment.QUARANTINE_QUEUE_URL) };
});

/** Ends of retraining workflows, from their queue. */
export async function handler(event: SqsEvent, timeLeft?: TimeLeft): Promise<SqsBatchResponse> {
  const ports = loop();
  return eachMessage(event, (message) => endRun(message, ports), { timeLeft });
}
