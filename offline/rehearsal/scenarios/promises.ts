/** What must be true of every rehearsal, and what one scenario promises. Each fault is a sentence. */
import { MODEL_CARD_FILE } from "../../../lambdas/domain/registry/model-card";
import { RULE_NAMES } from "../../../lambdas/domain/rules";
import type { Happening } from "../journal";
import { type Item, plain } from "../standins/dynamodb-values";
import type { StepFunctions } from "../standins/step-functions";
import type { Assembly } from "../wiring/assembly";
import type { World } from "../world";
import type { Count, Scenario, ScenarioPromise } from "./schema";
import { brokenTraffic, type PlayedTraffic } from "./traffic-promises";

export interface Audited {
  readonly event: string;
  readonly model: string;
  readonly time: string;
  readonly user: string;
  readonly reason: string;
  /** Of the model, or the release; absent where the event is about neither. */
  readonly version?: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

/** Users by release, 0 to 1 each, as the router's pods really divide them from an instant on. */
export interface SplitAt {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly of: Readonly<Record<string, number>>;
}

/** What a run said of the version that it trained. */
export interface CardOf {
  readonly run: string;
  /** As YAML. */
  readonly text: string;
}

export interface Played {
  readonly scenario: Scenario;
  readonly starts: number;
  readonly happenings: readonly Happening[];
  readonly runs: ReturnType<StepFunctions["all"]>;
  readonly audit: readonly Audited[];
  /** Name of the queue that takes orders to roll back; empty where there is none. */
  readonly trafficQueue: string;
  /** Each change of it, oldest first; none where no router stands around the loop. */
  readonly splits: readonly SplitAt[];
  readonly cards: readonly CardOf[];
  /** What became of users. Absent where a run rolls nothing out. */
  readonly traffic?: PlayedTraffic;
}

/** The trail as it stands in the ledger: what was really written, not what was logged. */
export function auditOf(world: World, assembly: Assembly): Audited[] {
  const table = assembly.resources.find(({ type }) => type === "AWS::DynamoDB::Table")?.names.ref;
  const items = table === undefined ? [] : world.dynamoDb.items(table);
  const trail = items.map(fieldsOf).flatMap((fields) => {
    const { event, model = "", time, user = "", reason = "", version, values } = fields;
    if (event === undefined || time === undefined) return [];
    return [{ event, model, time, user, reason, ...(version !== undefined && { version }), values: values ?? {} }];
  });
  return trail.sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
}

type Fields = Partial<Record<Exclude<keyof Audited, "values">, string>> & Partial<Pick<Audited, "values">>;

function fieldsOf(item: Item): Fields {
  const record = Object.entries(item).filter(([name, value]) => value.S !== undefined || name === "values");
  return Object.fromEntries(record.map(([name, value]) => [name, plain(value)]));
}

/** One entry for each change: a router tells of its pods as often as one of them is ready. */
export function splitsOf({ traffic }: Pick<World, "traffic">): SplitAt[] {
  const parted = traffic.splits.filter(({ of }) => Object.keys(of).length > 0);
  return parted.filter(({ of }, index) => !same(of, parted[index - 1]?.of)).map(({ at, of }) => ({ at, of }));
}

function same(one: SplitAt["of"], other: SplitAt["of"] | undefined): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other ?? {})]);
  return other !== undefined && [...names].every((name) => one[name] === other[name]);
}

/** As they lie beside the run's files. */
export function cardsOf({ s3 }: Pick<World, "s3">): CardOf[] {
  return s3.list("s3://").flatMap((uri) => {
    const [, run] = uri.endsWith(`/${MODEL_CARD_FILE}`) ? (/\/([^/]+)\/[^/]+$/.exec(uri) ?? []) : [];
    const bytes = s3.get(uri)?.bytes;
    return run === undefined || bytes === undefined ? [] : [{ run, text: Buffer.from(bytes).toString() }];
  });
}

/** Properties 1, 6 and 2 of the loop: one run a line at a time, everything written down, nothing left lying. */
export function brokenRules(played: Played, deadLetters: readonly { queue: string; count: number }[]): string[] {
  return [...overlappingRuns(played), ...unwritten(played), ...deadLetters.flatMap(leftLying)];
}

function overlappingRuns({ happenings, scenario, traffic }: Played): string[] {
  const lineOf = (run: string): string => {
    const model = modelOf(run, scenario);
    return scenario.models.find(({ name }) => name === model)?.line ?? model;
  };
  const running = new Map<string, string>();
  return happenings.flatMap(({ what, who, at, about }) => {
    // A roll-out is called like the run that it is a part of.
    if (what !== "execution.changed" || who === traffic?.machine) return [];
    const run = about["name"] as string;
    const line = lineOf(run);
    const other = running.get(line);
    if (about["status"] !== "RUNNING") {
      if (other === run) running.delete(line);
      return [];
    }
    running.set(line, run);
    return other === undefined ? [] : [`At ${at} run ${run} starts while ${other} of the same line still runs.`];
  });
}

/** By the rule that follows it in a run's name: a model may be called like the beginning of another. */
export function modelOf(run: string, { models }: Pick<Scenario, "models">): string {
  const own = models.map(({ name }) => name).filter((name) => RULE_NAMES.some((rule) => run.startsWith(`${name}-${rule}-`)));
  return own.sort((one, other) => other.length - one.length)[0] ?? run;
}

function unwritten({ runs, audit }: Played): string[] {
  const starts = audit.filter(({ event }) => event === "retraining.start").length;
  return starts >= runs.length ? [] : [`${runs.length} runs were started, and the audit trail tells of ${starts}.`];
}

function leftLying({ queue, count }: { queue: string; count: number }): string[] {
  return count === 0 ? [] : [`${count} messages lie in ${queue} at the end, and on a calm day none should.`];
}

export function brokenPromises(played: Played): string[] {
  return played.scenario.then.flatMap((promise) => broken(promise, played));
}

function broken(promise: ScenarioPromise, played: Played): string[] {
  if ("runs" in promise) return brokenRuns(promise.runs, played);
  if ("told" in promise) {
    const { channel, about = "", times } = promise.told;
    const heard = played.happenings.filter((each) => each.what === "people.told" && each.about["channel"] === channel);
    const found = heard.filter((each) => JSON.stringify(each.about).includes(about)).length;
    return counted(`${channel} was told${about === "" ? "" : ` about ${JSON.stringify(about)}`}`, found, times);
  }
  if ("audit" in promise) {
    return Object.entries(promise.audit).flatMap(([event, times]) => {
      const found = played.audit.filter((each) => each.event === event).length;
      return counted(`the audit trail tells of ${event}`, found, times);
    });
  }
  if ("looks" in promise) return brokenLooks(promise.looks, played);
  if ("first run" in promise) {
    const { model = "", after, before } = promise["first run"];
    const run = played.runs.find(({ name }) => model === "" || modelOf(name, played.scenario) === model);
    if (run === undefined) return [`No run of ${model || "any model"} was started.`];
    const waited = run.startedAt - played.starts;
    const hours = (milliseconds: number) => `${(milliseconds / 3_600_000).toFixed(2)} h`;
    if (waited >= after && waited <= before) return [];
    return [`${run.name} started after ${hours(waited)}; promised was between ${hours(after)} and ${hours(before)}.`];
  }
  if ("untouched" in promise) return touched(promise.untouched, played);
  if ("jobs" in promise) {
    const started = played.happenings.filter(({ what }) => what === "job.started");
    const spot = started.filter(({ about }) => about["spot"] === true).length;
    const { onSpot, onDemand } = promise.jobs;
    return [
      ...(onSpot === undefined ? [] : counted("Jobs on spot capacity", spot, onSpot)),
      ...(onDemand === undefined ? [] : counted("Jobs on demand", started.length - spot, onDemand)),
    ];
  }
  const traffic = played.traffic && brokenTraffic(promise, played.traffic);
  if (traffic !== undefined) return traffic;
  if (!("alarm" in promise) && !("traffic" in promise)) return ["Users were promised something, and the loop has none."];
  if ("traffic" in promise) return counted("Orders to change traffic", ordersIn(played).length, promise.traffic.orders);
  const { ends, went, within } = promise.alarm;
  const change = played.happenings.find(
    ({ what, about }) => what === "alarm.changed" && (about["alarm"] as string).endsWith(ends) && about["to"] === went,
  );
  const late = change === undefined || Date.parse(change.at) - played.starts > within;
  return late ? [`No alarm …${ends} went to ${went} in time.`] : [];
}

/** What a look at the variants came to is written down, and nobody's variant changes by it: that is decided by people. */
function brokenLooks(
  { say, times, challengerShare }: Extract<ScenarioPromise, { looks: unknown }>["looks"],
  { audit, traffic }: Played,
): string[] {
  const found = audit.filter(({ values }) => values["experiment"] !== undefined && values["decision"] === say).length;
  const shares = traffic?.challenger ?? [];
  const moved = shares.some((share) => share !== challengerShare);
  return [
    ...counted(`Looks at the variants that said ${say}`, found, times),
    ...(moved ? [`Percent of users whom the challenger answers: ${shares.join(", ")}; promised ${challengerShare}.`] : []),
  ];
}

/** Nothing was trained and no traffic moved: what people rely on while they wait, or hold the switch. */
function touched({ after, before }: Extract<ScenarioPromise, { untouched: unknown }>["untouched"], played: Played): string[] {
  const isWithin = (instant: number) => instant >= played.starts + after && instant < played.starts + before;
  const at = (instant: number) => new Date(instant).toISOString();
  const runs = played.runs.filter(({ startedAt }) => isWithin(startedAt));
  const orders = ordersIn(played).filter((order) => isWithin(Date.parse(order.at)));
  return [
    ...runs.map(({ name, startedAt }) => `${name} started at ${at(startedAt)}, when nothing was to be touched.`),
    ...orders.map((order) => `Traffic was ordered to change at ${order.at}, when nothing was to be touched.`),
  ];
}

function ordersIn({ happenings, trafficQueue }: Played): readonly Happening[] {
  return happenings.filter(({ what, who }) => what === "message.sent" && who === trafficQueue && trafficQueue !== "");
}

function brokenRuns(
  { model, started, ended = {} }: Extract<ScenarioPromise, { runs: unknown }>["runs"],
  { runs, scenario }: Played,
): string[] {
  const own = runs.filter(({ name }) => model === undefined || modelOf(name, scenario) === model);
  const what = model === undefined ? "Runs" : `Runs of ${model}`;
  const outcomes = Object.entries(ended).flatMap(([outcome, times]) =>
    counted(`${what} that ended ${outcome}`, own.filter((run) => outcomeOf(run) === outcome).length, times),
  );
  return [...(started === undefined ? [] : counted(`${what} that started`, own.length, started)), ...outcomes];
}

export function outcomeOf({ status, result }: Played["runs"][number]): string {
  if (status !== "SUCCEEDED" || result?.status !== "SUCCEEDED") return status.toLowerCase().replace("_", " ");
  return (result.output as { outcome?: string } | null)?.outcome ?? "unexplained";
}

function counted(what: string, found: number, wanted: Count): string[] {
  const { atLeast, atMost } = typeof wanted === "number" ? { atLeast: wanted, atMost: wanted } : wanted;
  if (found >= (atLeast ?? 0) && found <= (atMost ?? Infinity)) return [];
  const said =
    typeof wanted === "number"
      ? String(wanted)
      : [atLeast === undefined ? "" : `at least ${atLeast}`, atMost === undefined ? "" : `at most ${atMost}`].filter(Boolean).join(" and ");
  return [`${what}: ${found}; promised ${said}.`];
}
