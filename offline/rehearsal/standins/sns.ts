/** SNS: topics that fan out to queues, functions and mailboxes. Speaks the query protocol: a form in, XML out. */
import type { Journal } from "../journal";
import { NotRehearsedError, type OutsideService } from "../outside/exchange";
import type { VirtualTime } from "../virtual-time";
import { nameIn } from "./arns";
import type { Destinations } from "./destinations";

export interface Subscription {
  readonly protocol: "sqs" | "lambda" | "email";
  /** ARN, or an address. */
  readonly endpoint: string;
  /** @default false: the message comes in an envelope */
  readonly raw?: boolean;
  /** Only messages that are JSON with all of these keys. */
  readonly onlyWith?: readonly string[];
}

export class Sns {
  private readonly topics = new Map<string, Subscription[]>();
  private count = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly journal: Journal,
    private readonly destinations: Destinations,
  ) {}

  declare(arn: string): void {
    this.topics.set(arn, this.topics.get(arn) ?? []);
  }

  subscribe(arn: string, subscription: Subscription): void {
    this.declare(arn);
    this.topics.get(arn)?.push(subscription);
  }

  publish(arn: string, message: string, subject?: string): string {
    const subscriptions = this.topics.get(arn);
    if (subscriptions === undefined) throw new Error(`no topic is called ${arn}`);
    const id = `notification-${++this.count}`;
    const envelope = {
      ...{ Type: "Notification", MessageId: id, TopicArn: arn, Message: message },
      ...(subject !== undefined && { Subject: subject }),
      Timestamp: new Date(this.time.now()).toISOString(),
    };
    for (const { protocol, endpoint, raw = false, onlyWith = [] } of subscriptions) {
      if (!holdsKeys(message, onlyWith)) continue;
      if (protocol === "email")
        this.journal.note(nameIn(arn), "people.told", { channel: "e-mail", to: endpoint, text: subject ?? message });
      else if (protocol === "sqs") this.destinations.deliver(endpoint, raw ? message : JSON.stringify(envelope));
      else this.destinations.deliver(endpoint, { Records: [{ EventSource: "aws:sns", Sns: envelope }] });
    }
    return id;
  }

  get service(): OutsideService {
    return {
      host: "sns",
      answer: ({ body }) => {
        const form = new URLSearchParams(body);
        if (form.get("Action") !== "Publish") throw new NotRehearsedError(`sns ${form.get("Action")}`);
        const id = this.publish(form.get("TopicArn") ?? "", form.get("Message") ?? "", form.get("Subject") ?? undefined);
        const result = `<PublishResult><MessageId>${id}</MessageId></PublishResult><ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata>`;
        const xml = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}</PublishResponse>`;
        return { status: 200, headers: { "content-type": "text/xml" }, body: xml };
      },
    };
  }
}

function holdsKeys(message: string, keys: readonly string[]): boolean {
  if (keys.length === 0) return true;
  try {
    const content: unknown = JSON.parse(message);
    return typeof content === "object" && content !== null && keys.every((key) => key in content);
  } catch {
    return false;
  }
}
