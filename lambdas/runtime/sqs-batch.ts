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

/**
 * One message after the other: messages of one batch are often about one model, and would only stand in each other's way. A message whose
 * handling throws is delivered again, alone; the queue's redrive policy ends that.
 */
export async function eachMessage(event: SqsEvent, handle: (message: QueueMessage) => Promise<void>): Promise<SqsBatchResponse> {
  const processor = new BatchProcessor(EventType.SQS);
  const one = async ({ messageId, body }: SqsEvent["Records"][number]): Promise<void> => {
    try {
      await handle({ id: messageId, body });
    } catch (error) {
      logger.error("the message will be delivered again", { messageId, error: error as Error });
      throw error;
    }
  };
  return processPartialResponse(event as never, one as never, processor, { processInParallel: false, throwOnFullBatchFailure: false });
}
