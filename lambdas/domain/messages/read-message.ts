/** From a message in the intake's queue to what it says, whoever sent it. Total: whatever comes in, something comes out. */
import { z } from "zod";
import { isAlertmanagerMessage, readAlertmanagerMessage } from "./alertmanager";
import { isAlertText, readAlertText } from "./amp-text";
import { isAlarmEvent, readAlarmEvent } from "./cloudwatch";
import { isLoopMessage, readLoopMessage } from "./loop-messages";
import { foreignTimeSchema, unreadable, type ReadingContext, type ReadMessage } from "./reading";
import { parseTemplatedJson } from "./templated-json";

interface Source {
  is: (message: object) => boolean;
  read: (message: object, context: ReadingContext) => ReadMessage;
}

const SOURCES: readonly Source[] = [
  { is: isAlarmEvent, read: readAlarmEvent },
  { is: isAlertmanagerMessage, read: readAlertmanagerMessage },
  { is: isLoopMessage, read: readLoopMessage },
];

/** What SNS wraps a message in, where the queue is subscribed without raw delivery. */
const envelopeSchema = z.object({ Type: z.literal("Notification"), Message: z.string(), Timestamp: foreignTimeSchema });

export function readMessage(body: string, context: ReadingContext): ReadMessage {
  const envelope = envelopeSchema.safeParse(parseTemplatedJson(body)).data;
  return envelope === undefined ? readContent(body, context) : readContent(envelope.Message, { ...context, sentAt: envelope.Timestamp });
}

function readContent(text: string, context: ReadingContext): ReadMessage {
  const message = parseTemplatedJson(text);
  if (typeof message !== "object" || message === null) {
    return isAlertText(text) ? readAlertText(text, context) : unreadable("the message is neither JSON nor the text of an alert manager");
  }
  const source = SOURCES.find(({ is }) => is(message));
  return (
    source?.read(message, context) ??
    unreadable("the message is JSON of no kind that the loop knows: no alarm, alert, schedule or feedback")
  );
}
