/** SQS: standard queues, with visibility, redrive and delays. What arrives twice, late or out of order is the weather's. */
import { createHash } from "node:crypto";
import type { Journal } from "../journal";
import { jsonService, type OutsideService, ServiceRefusal } from "../outside/exchange";
import type { Weather } from "../outside/weather";
import type { VirtualTime } from "../virtual-time";
import { accountOf, nameIn } from "./arns";

export interface QueueDeclaration {
  readonly arn: string;
  /** @default 30, as in SQS */
  readonly visibilitySeconds?: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceives: number };
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  receives: number;
}

/** Takes a batch; gives back the ids of the messages that are to come again. */
export type Consumer = (batch: readonly QueuedMessage[]) => Promise<readonly string[]>;

interface Stored extends QueuedMessage {
  visibleAt: number;
}

interface Queue extends QueueDeclaration {
  readonly messages: Stored[];
  consumer?: { readonly batchSize: number; readonly take: Consumer };
}

export class Sqs {
  private readonly queues = new Map<string, Queue>();
  private count = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly journal: Journal,
    private readonly weather: Weather,
  ) {}

  declare(declaration: QueueDeclaration): void {
    this.queues.set(declaration.arn, { ...declaration, messages: [] });
  }

  consume(arn: string, batchSize: number, take: Consumer): void {
    this.queue(arn).consumer = { batchSize, take };
  }

  /** What lies in the queue now, visible or not. */
  messages(arn: string): readonly QueuedMessage[] {
    return this.queue(arn).messages;
  }

  send(arn: string, body: string, delaySeconds = 0): string {
    const queue = this.queue(arn);
    const id = `message-${++this.count}`;
    this.journal.note(nameIn(arn), "message.sent", { id });
    for (const late of this.weather.deliveries()) this.place(queue, { id, body, receives: 0 }, delaySeconds * 1_000 + late);
    return id;
  }

  sendTo(url: string, body: string): string {
    return this.send(this.arnOf(url), body);
  }

  get service(): OutsideService {
    return jsonService("sqs", {
      SendMessage: ({ QueueUrl, MessageBody, DelaySeconds }: SendInput & { QueueUrl: string }) =>
        this.sent(this.arnOf(QueueUrl), { MessageBody, DelaySeconds }),
      SendMessageBatch: ({ QueueUrl, Entries }: { QueueUrl: string; Entries: (SendInput & { Id: string })[] }) => ({
        Successful: Entries.map((entry) => ({ Id: entry.Id, ...this.sent(this.arnOf(QueueUrl), entry) })),
        Failed: [],
      }),
    });
  }

  private sent(arn: string, { MessageBody, DelaySeconds }: SendInput) {
    // The client compares it with what it sent.
    const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
    return { MessageId: this.send(arn, MessageBody, DelaySeconds), MD5OfMessageBody };
  }

  private place(queue: Queue, message: Omit<QueuedMessage, "sentAt">, delayMs: number): void {
    const visibleAt = this.time.now() + delayMs;
    queue.messages.push({ ...message, sentAt: this.time.now(), visibleAt });
    this.time.startAt(visibleAt, () => this.poll(queue));
  }

  private async poll(queue: Queue): Promise<void> {
    if (queue.consumer === undefined) return;
    const { batchSize, take } = queue.consumer;
    const batch = this.receive(queue, batchSize);
    if (batch.length === 0) return;
    const again = new Set(await take(batch));
    for (const message of batch) {
      if (!again.has(message.id) && !this.weather.forgets()) remove(queue, message);
    }
  }

  private receive(queue: Queue, atMost: number): Stored[] {
    const now = this.time.now();
    const visible = queue.messages.filter(({ visibleAt }) => visibleAt <= now);
    const batch: Stored[] = [];
    for (const message of visible) {
      if (queue.redrive !== undefined && message.receives >= queue.redrive.maxReceives) this.giveUp(queue, message);
      else if (batch.length < atMost) batch.push(message);
    }
    for (const message of batch) {
      message.receives++;
      message.visibleAt = now + (queue.visibilitySeconds ?? 30) * 1_000;
      this.time.startAt(message.visibleAt, () => this.poll(queue));
    }
    return batch;
  }

  private giveUp(queue: Queue, message: Stored): void {
    const { deadLetterArn } = queue.redrive as NonNullable<Queue["redrive"]>;
    remove(queue, message);
    this.journal.note(nameIn(queue.arn), "message.given-up", { id: message.id, receives: message.receives });
    this.place(this.queue(deadLetterArn), { ...message, receives: 0 }, 0);
  }

  private queue(arn: string): Queue {
    const queue = this.queues.get(arn);
    if (queue === undefined) throw new ServiceRefusal("QueueDoesNotExist", `no queue is called ${arn}`);
    return queue;
  }

  private arnOf(url: string): string {
    const [account = "", name = ""] = new URL(url).pathname.split("/").slice(-2);
    const found = [...this.queues.keys()].find((arn) => nameIn(arn) === name && accountOf(arn) === account);
    if (found === undefined) throw new ServiceRefusal("QueueDoesNotExist", `no queue has the address ${url}`);
    return found;
  }
}

/** Whoever received it twice, because it took longer than the visibility time, deletes it once. */
function remove({ messages }: Queue, message: Stored): void {
  const place = messages.indexOf(message);
  if (place >= 0) messages.splice(place, 1);
}

interface SendInput {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
}
