/** EventBridge: a bus whose rules hand events on to targets. */
import type { Json } from "../../engine/recording";
import type { Journal } from "../journal";
import { jsonService, NotRehearsedError, type OutsideService } from "../outside/exchange";
import type { VirtualTime } from "../virtual-time";
import { ACCOUNT, REGION } from "./arns";
import type { Destinations } from "./destinations";
import { fits } from "./event-pattern";

export interface BusEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: Json;
  readonly resources?: string[];
}

export interface RuleTarget {
  readonly arn: string;
  /** Constant in place of the event. @default - the event itself */
  readonly input?: string;
  /** `$.detail`, in place of the whole event. */
  readonly inputPath?: string;
}

export interface RuleDeclaration {
  readonly name: string;
  readonly pattern: Json;
  readonly targets: readonly RuleTarget[];
}

export class EventBridge {
  private readonly rules: RuleDeclaration[] = [];
  private count = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly journal: Journal,
    private readonly destinations: Destinations,
  ) {}

  declare(rule: RuleDeclaration): void {
    this.rules.push(rule);
  }

  put(event: BusEvent): string {
    const id = `event-${++this.count}`;
    const time = new Date(this.time.now()).toISOString().replace(".000Z", "Z");
    const whole = { version: "0", id, time, account: ACCOUNT, region: REGION, resources: [] as string[], ...event };
    const fitting = this.rules.filter(({ pattern }) => fits(pattern, whole));
    this.journal.note(event.source, "event.put", { id, type: event["detail-type"], rules: fitting.map(({ name }) => name) });
    for (const { targets } of fitting) {
      for (const target of targets) this.destinations.deliver(target.arn, payloadFor(target, whole));
    }
    return id;
  }

  get service(): OutsideService {
    return jsonService("events", {
      PutEvents: ({ Entries }: { Entries: { Source: string; DetailType: string; Detail: string }[] }) => ({
        FailedEntryCount: 0,
        Entries: Entries.map(({ Source, DetailType, Detail }) => ({
          EventId: this.put({ source: Source, "detail-type": DetailType, detail: JSON.parse(Detail) as Json }),
        })),
      }),
    });
  }
}

function payloadFor({ input, inputPath }: RuleTarget, event: { [key: string]: Json }): Json {
  if (input !== undefined) return JSON.parse(input) as Json;
  if (inputPath === undefined || inputPath === "$") return event;
  const steps = inputPath.split(".");
  if (steps.shift() !== "$" || steps.some((step) => !/^[\w-]+$/.test(step))) throw new NotRehearsedError(`the input path ${inputPath}`);
  return steps.reduce<Json>((value, step) => (value as { [key: string]: Json } | null)?.[step] ?? null, event);
}
