import { noticeChannels } from "../adapters/notice-channels";
import { sqsQuarantine } from "../adapters/sqs";
import { deliverNotice } from "../application/notify";
import { readEnvironment } from "../runtime/environment";
import { notifyEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";
import { eachMessage, type SqsBatchResponse, type SqsEvent, type TimeLeft } from "../runtime/sqs-batch";
import { powertoolsLogbook } from "../runtime/telemetry";

const loop = once(() => {
  const environment = readEnvironment(notifyEnvironmentSchema);
  const quarantine = sqsQuarantine(environment.QUARANTINE_QUEUE_URL);
  return { channels: noticeChannels(environment), quarantine, logbook: powertoolsLogbook };
});

/** Notices, each on its way to one channel, from their queue. */
export async function handler(event: SqsEvent, timeLeft?: TimeLeft): Promise<SqsBatchResponse> {
  const ports = loop();
  return eachMessage(event, (message) => deliverNotice(message, ports), { timeLeft });
}
