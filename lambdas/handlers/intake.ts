import { signalPorts } from "../adapters/loop-ports";
import { sqsQuarantine } from "../adapters/sqs";
import { isUrgent, takeIn } from "../application/intake";
import { readEnvironment } from "../runtime/environment";
import { intakeEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";
import { eachMessage, type SqsBatchResponse, type SqsEvent, type TimeLeft } from "../runtime/sqs-batch";

const loop = once(() => {
  const environment = readEnvironment(intakeEnvironmentSchema);
  return { ...signalPorts(environment), quarantine: sqsQuarantine(environment.QUARANTINE_QUEUE_URL) };
});

/** Alarms, alerts, schedules and feedback, from the intake's queue. */
export async function handler(event: SqsEvent, timeLeft?: TimeLeft): Promise<SqsBatchResponse> {
  const ports = loop();
  return eachMessage(event, (message) => takeIn(message, ports), { timeLeft, isUrgent: (message) => isUrgent(message, ports) });
}
