/** EventBridge Scheduler: schedules from the template, and one-shot ones that functions make. */
import type { Json } from "../../engine/recording";
import type { Journal } from "../journal";
import { jsonReply, NotRehearsedError, type OutsideRequest, type OutsideService, refusalReply, ServiceRefusal } from "../outside/exchange";
import type { VirtualTime } from "../virtual-time";
import { arnOf } from "./arns";
import type { Destinations } from "./destinations";
import { nextTime } from "./schedule-times";

export interface ScheduleDeclaration {
  readonly group: string;
  readonly name: string;
  readonly expression: string;
  readonly targetArn: string;
  readonly input?: string;
  readonly isEnabled?: boolean;
  readonly deleteAfterCompletion?: boolean;
}

/** Stands in a target's input, and is replaced when the schedule fires (Scheduler user guide, "Adding context attributes"). */
const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

interface Schedule extends ScheduleDeclaration {
  readonly since: number;
}

export class Scheduler {
  private readonly schedules = new Map<string, Schedule>();

  constructor(
    private readonly time: VirtualTime,
    private readonly journal: Journal,
    private readonly destinations: Destinations,
  ) {}

  declare(declaration: ScheduleDeclaration): void {
    const schedule: Schedule = { ...declaration, since: this.time.now() };
    this.schedules.set(keyOf(declaration), schedule);
    this.arm(schedule, this.time.now());
  }

  has(group: string, name: string): boolean {
    return this.schedules.has(keyOf({ group, name }));
  }

  freeName(group: string, wanted: string): string {
    let name = wanted;
    for (let count = 2; this.has(group, name); count++) name = `${wanted}-${count}`;
    return name;
  }

  get service(): OutsideService {
    return {
      host: "scheduler",
      answer: (request) => {
        try {
          return jsonReply(this.handle(request));
        } catch (error) {
          if (error instanceof ServiceRefusal) return refusalReply(error);
          throw error;
        }
      },
    };
  }

  private handle(request: OutsideRequest): Record<string, unknown> {
    const url = new URL(`https://scheduler${request.path}`);
    const [, kind, encoded = ""] = url.pathname.split("/");
    const name = decodeURIComponent(encoded);
    if (kind !== "schedules") throw new NotRehearsedError(`scheduler ${request.method} ${request.path}`);
    const input = (request.body === "" ? {} : JSON.parse(request.body)) as ScheduleInput;
    const group = input.GroupName ?? url.searchParams.get("groupName") ?? "default";
    const exists = this.has(group, name);
    if (request.method === "POST" && exists) throw new ServiceRefusal("ConflictException", `Schedule ${name} already exists.`, 409);
    if (request.method !== "POST" && !exists) {
      throw new ServiceRefusal("ResourceNotFoundException", `Schedule ${name} does not exist.`, 404);
    }
    if (request.method === "DELETE") this.schedules.delete(keyOf({ group, name }));
    else if (request.method === "GET") return this.described(group, name);
    else this.declare(declarationFrom(input, group, name));
    this.journal.note("scheduler", "schedule.changed", { name, method: request.method, expression: input.ScheduleExpression ?? null });
    return request.method === "DELETE" ? {} : { ScheduleArn: arnOf("scheduler", `schedule/${group}/${name}`) };
  }

  private described(group: string, name: string): Record<string, unknown> {
    const { expression, targetArn, input } = this.schedules.get(keyOf({ group, name })) as Schedule;
    return { Name: name, GroupName: group, ScheduleExpression: expression, Target: { Arn: targetArn, Input: input }, State: "ENABLED" };
  }

  private arm(schedule: Schedule, after: number): void {
    if (schedule.isEnabled === false) return;
    const at = nextTime(schedule.expression, after, schedule.since);
    if (at === undefined) return;
    this.time.startAt(at, () => {
      // Replaced or deleted meanwhile.
      if (this.schedules.get(keyOf(schedule)) === schedule) this.fire(schedule, at);
      return Promise.resolve();
    });
  }

  private fire(schedule: Schedule, at: number): void {
    const { name, targetArn, input = "{}", expression, deleteAfterCompletion = false } = schedule;
    this.journal.note("scheduler", "schedule.fired", { name });
    const text = input.replaceAll(SCHEDULED_TIME, new Date(at).toISOString().replace(".000Z", "Z"));
    this.destinations.deliver(targetArn, payloadFrom(text));
    if (expression.startsWith("at(") && deleteAfterCompletion) this.schedules.delete(keyOf(schedule));
    else this.arm(schedule, at);
  }
}

interface ScheduleInput {
  readonly GroupName?: string;
  readonly ScheduleExpression?: string;
  readonly ActionAfterCompletion?: string;
  readonly State?: string;
  readonly Target?: { readonly Arn: string; readonly Input?: string };
}

function declarationFrom(input: ScheduleInput, group: string, name: string): ScheduleDeclaration {
  const { ScheduleExpression, Target, State, ActionAfterCompletion } = input;
  if (ScheduleExpression === undefined || Target === undefined) {
    throw new ServiceRefusal("ValidationException", "a schedule needs ScheduleExpression and Target");
  }
  return {
    ...{ group, name, expression: ScheduleExpression, targetArn: Target.Arn },
    ...(Target.Input !== undefined && { input: Target.Input }),
    isEnabled: State !== "DISABLED",
    deleteAfterCompletion: ActionAfterCompletion === "DELETE",
  };
}

function payloadFrom(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function keyOf({ group, name }: Pick<ScheduleDeclaration, "group" | "name">): string {
  return `${group}/${name}`;
}
