import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { rollBackOrderSchema } from "../domain/messages/roll-back-order";
import { channelsOf, type AddressedNotice } from "../domain/notices";
import type { Notifier } from "../ports/notifier";
import type { Quarantine } from "../ports/quarantine";
import type { TrafficControl } from "../ports/traffic-control";
import { PATIENCE } from "./http-patience";

export function sqsClient(): SQSClient {
  return new SQSClient(PATIENCE);
}

/** One message for each channel, so that a channel that is down is tried again alone. */
export function sqsNotifier(queueUrl: string, client = sqsClient()): Notifier {
  return {
    async tell(notice) {
      const addressed = channelsOf(notice).map((channel): AddressedNotice => ({ channel, notice }));
      if (addressed.length === 0) return;
      const entries = addressed.map((each) => ({ Id: each.channel, MessageBody: JSON.stringify(each) }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
      // A batch succeeds even where parts of it do not.
      const failed = Failed.map(({ Id, Code }) => `${Id}: ${Code}`).join(", ");
      if (Failed.length > 0) throw new Error(`notice ${notice.key} was not taken for all its channels (${failed})`);
    },
  };
}

/** The body as it came, so that it can be sent back as it is; what is wrong with it stands beside it. */
export function sqsQuarantine(queueUrl: string, client = sqsClient()): Quarantine {
  return {
    async keep({ id, body, faults }) {
      const attribute = (text: string) => ({ DataType: "String", StringValue: text.slice(0, 1_000) || "-" });
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          // SQS takes no empty body.
          MessageBody: body === "" ? " " : body,
          MessageAttributes: { message: attribute(id), faults: attribute(faults.join("; ")) },
        }),
      );
    },
  };
}

/** Orders for the function that writes traffic; it refuses those whose fence is stale. */
export function sqsTrafficControl(queueUrl: string, client = sqsClient()): TrafficControl {
  return {
    async rollBack({ subject: { line, model }, from, to, fence, aborts, user, reason }) {
      const order = rollBackOrderSchema.parse({ schemaVersion: 1, kind: "roll-back", line, model, from, to, fence, aborts, user, reason });
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(order) }));
    },
  };
}
