/**
 * What must be true when a storm has passed and some calm days have followed it: each signal was answered, waits for a reason, or lies where a
 * person finds it; nothing was counted or trained twice. Read from the ledger and not from the story: what is forgotten leaves no line.
 */
import { readAlarmName } from "../../../lambdas/domain/alarm-names";
import { DEFAULT_RETRAINING_LIMITS } from "../../../lambdas/domain/cool-down";
import { dedupKey } from "../../../lambdas/domain/names";
import { plain } from "../standins/dynamodb-values";
import type { Assembly } from "../wiring/assembly";
import type { World } from "../world";
import { modelOf, outcomeOf, type Played } from "./promises";

/** A record of the ledger, as far as it is looked at here. */
interface LedgerItem {
  readonly pk: string;
  readonly sk: string;
  readonly [field: string]: unknown;
}

interface ModelState {
  readonly model: string;
  readonly mode: string;
  readonly dataQuality: { readonly kind: string };
  readonly automaticStarts: readonly string[];
  readonly lastRun?: { readonly endedAt: string };
  readonly pending?: { readonly reasons: readonly { readonly rule: string; readonly dueAt: string }[] };
}

export interface SettledLedger {
  readonly environment: string;
  readonly now: number;
  /** When the scenario was over, and the weather with it. */
  readonly over: number;
  readonly items: readonly LedgerItem[];
  /** Messages that lie where a person finds them. */
  readonly kept: number;
}

export function settledLedger(
  world: World,
  assembly: Assembly,
  deadLetters: readonly { count: number }[],
  over: number,
  environment: string,
): SettledLedger {
  const table = assembly.resources.find(({ type }) => type === "AWS::DynamoDB::Table")?.names.ref;
  const items = table === undefined ? [] : world.dynamoDb.items(table).map((item) => plain({ M: item }) as LedgerItem);
  const kept = deadLetters.reduce((sum, { count }) => sum + count, 0);
  return { environment, now: world.time.now(), over, items, kept };
}

export function unsettled(played: Played, ledger: SettledLedger): string[] {
  return [...unanswered(played, ledger), ...leftWaiting(ledger), ...miscounted(played, ledger), ...trainedTwice(played, ledger)];
}

/** By the mark that whoever answers a signal leaves: one of each alarm that went off, however often its message came. */
function unanswered({ happenings, scenario }: Played, { items, environment, kept }: SettledLedger): string[] {
  const marks = items.flatMap(({ sk }) => /^SIGNAL#(.+)#(?:retraining|at-once)$/.exec(sk)?.[1] ?? []);
  const models = scenario.models.map(({ name }) => name);
  const alarms = happenings.flatMap(({ what, at, about }) => {
    const identity = what === "alarm.changed" && about["to"] === "ALARM" && readAlarmName(about["alarm"] as string, environment, models);
    if (!identity) return [];
    const firedAt = new Date(Math.floor(Date.parse(at) / 1_000) * 1_000).toISOString();
    return marks.includes(dedupKey({ ...identity, firedAt })) ? [] : [`${about["alarm"] as string} of ${at}`];
  });
  if (alarms.length <= kept) return [];
  return [`${alarms.length} signals were neither answered nor kept, among them ${alarms[0]}.`];
}

/** Pending and due, though nothing that the loop knows of holds it. */
function leftWaiting({ items, now }: SettledLedger): string[] {
  const switches = items.find(({ sk }) => sk === "SWITCHES");
  const lines = items.filter(({ sk }) => sk === "LINE");
  if (switches?.["stopped"] === true) return [];
  return items
    .filter(({ sk }) => sk.startsWith("MODEL#"))
    .flatMap((item) => {
      const state = item as unknown as ModelState;
      const due = state.pending?.reasons.filter(({ dueAt }) => Date.parse(dueAt) < now - PATIENCE) ?? [];
      const busy = lines.some((line) => line.pk === item.pk && line["running"] !== undefined);
      const resting = now - Date.parse(state.lastRun?.endedAt ?? "1970-01-01") < DEFAULT_RETRAINING_LIMITS.coolDownHours * HOUR + PATIENCE;
      const recent = state.automaticStarts.filter((at) => now - Date.parse(at) < 168 * HOUR);
      const held =
        busy || resting || state.dataQuality.kind === "broken" || recent.length >= DEFAULT_RETRAINING_LIMITS.automaticStartsPerWeek;
      if (due.length === 0 || held || state.mode !== "act") return [];
      return [`${state.model} still waits to be retrained for ${due.map(({ rule }) => rule).join(", ")}, and nothing holds it.`];
    });
}

const HOUR = 3_600_000;
/** Two sweeps: what is due is looked at hourly. */
const PATIENCE = 2 * HOUR;

/** Each correction once, however often its message came; and each full thousand asks once. */
function miscounted({ scenario, audit }: Played, { items, kept }: SettledLedger): string[] {
  return scenario.models.flatMap(({ name }) => {
    const given = scenario.when.reduce(
      (sum, event) => sum + ("feedback" in event && event.feedback.model === name ? event.feedback.corrections : 0),
      0,
    );
    const total = items.find(({ sk }) => sk === `FEEDBACK#${name}`)?.["total"] ?? 0;
    const counted = typeof total === "number" ? total : NaN;
    const asked = audit.filter(({ event, model }) => event === "feedback.trigger" && model === name).length;
    const lost = kept > 0 && counted < given;
    if (lost || (counted === given && asked === Math.floor(given / 1_000))) return [];
    return [
      `${given} corrections of ${name} were counted as ${counted}, and asked for ${asked} trainings; each full thousand asks for one.`,
    ];
  });
}

/** As many as the scenario promises at most, and one more for each that did not come to its end. */
function trainedTwice({ scenario, runs }: Played, { over }: SettledLedger): string[] {
  return scenario.then.flatMap((promise) => {
    if (!("runs" in promise) || promise.runs.started === undefined) return [];
    const { model, started } = promise.runs;
    const most = typeof started === "number" ? started : (started.atMost ?? Infinity);
    const own = runs.filter(({ name, startedAt }) => startedAt <= over && (model === undefined || modelOf(name, scenario) === model));
    const lost = own.filter((run) => !["promoted", "rejected", "rolled-back", "running"].includes(outcomeOf(run))).length;
    return own.length <= most + lost
      ? []
      : [`${own.length} runs${model === undefined ? "" : ` of ${model}`} were started; at most ${most} were asked for.`];
  });
}
