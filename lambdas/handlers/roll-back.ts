import { rollBackPorts } from "../adapters/roll-out-ports";
import { giveUp, type GiveUpAnswer } from "../application/roll-out/give-up";
import { carryOutRollBack } from "../application/roll-out/roll-back";
import { rollBackOrderSchema } from "../domain/messages/roll-back-order";
import { giveUpSchema } from "../domain/roll-out/requests";
import { readEnvironment } from "../runtime/environment";
import { rollBackEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";
import { eachMessage, type SqsBatchResponse, type SqsEvent, type TimeLeft } from "../runtime/sqs-batch";

const loop = once(() => rollBackPorts(readEnvironment(rollBackEnvironmentSchema)));

/** Orders to roll back, from their queue; and the failure path of a roll-out's machine. */
export async function handler(event: unknown, timeLeft?: TimeLeft): Promise<SqsBatchResponse | GiveUpAnswer> {
  const ports = loop();
  if (!isOfQueue(event)) return giveUp(giveUpSchema.parse(event), ports);
  return eachMessage(
    event,
    async ({ body }) => {
      const answer = await carryOutRollBack(rollBackOrderSchema.parse(JSON.parse(body)), ports);
      // Delivered again until every pod of the router runs it: a slot may have to be loaded first.
      if (answer.kind === "waiting") throw new Error(answer.reason);
    },
    { timeLeft },
  );
}

function isOfQueue(event: unknown): event is SqsEvent {
  return typeof event === "object" && event !== null && Array.isArray((event as Partial<SqsEvent>).Records);
}
