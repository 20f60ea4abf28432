import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { logger } from "./telemetry";

export interface QueueMessage {
  id: string;
  body: string;
}

/** The part of Lambda's SQS event that is read here (Lambda developer guide, "Using Lambda with Amazon SQS"). */
export interface SqsEvent {
  Records: { messageId: string; body: string }[];
}

export interface SqsBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Of Lambda's context object, what is used here. */
export interface TimeLeft {
  getRemainingTimeInMillis(): number;
}

export interface BatchOptions {
  /** Absent where nobody counts: then every message is handled. */
  timeLeft?: TimeLeft | undefined;
  /** Messages to be handled before the others. @throws nothing */
  isUrgent?: (message: QueueMessage) => boolean;
}

/**
 * A message takes less, with every service slow; one that is begun later may end with the function, and a function that runs out of time has
 * its whole batch delivered again, what was done included.
 */
const LEAST_TIME_LEFT_MILLISECONDS = 15_000;

const TOO_LATE = "too little of the function's time is left to begin with it";

/**
 * One message after the other: messages of one batch are often about one model, and would only stand in each other's way. A message whose
 * handling throws is delivered again, alone; the queue's redrive policy ends that.
 */
export async function eachMessage(
  { Records }: SqsEvent,
  handle: (message: QueueMessage) => Promise<void>,
  { timeLeft, isUrgent = () => false }: BatchOptions = {},
): Promise<SqsBatchResponse> {
  const processor = new BatchProcessor(EventType.SQS);
  const one = async (record: SqsEvent["Records"][number]): Promise<void> => {
    try {
      if (timeLeft !== undefined && timeLeft.getRemainingTimeInMillis() < LEAST_TIME_LEFT_MILLISECONDS) throw new Error(TOO_LATE);
      await handle(messageOf(record));
    } catch (error) {
      logger.error("the message will be delivered again", { messageId: record.messageId, error: error as Error });
      throw error;
    }
  };
  const urgent = new Set(Records.filter((record) => isUrgent(messageOf(record))));
  const event = { Records: [...urgent, ...Records.filter((record) => !urgent.has(record))] };
  return processPartialResponse(event as never, one as never, processor, { processInParallel: false, throwOnFullBatchFailure: false });
}

function messageOf({ messageId: id, body }: SqsEvent["Records"][number]): QueueMessage {
  return { id, body };
}
