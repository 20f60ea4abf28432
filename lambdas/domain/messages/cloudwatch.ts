/**
 * CloudWatch alarms as EventBridge delivers them (CloudWatch user guide, "Alarm events and EventBridge", 2026): of a metric, of metric math, of
 * several series at once, composite.
 *
 * An alarm that is muted or suppressed is read like any other. That silences its own actions; but its edge has passed all the same, and
 * CloudWatch sends no second one.
 */
import { z } from "zod";
import { ALARM_TAGS, isAlarmOfSomeModel, readAlarmName, type AlarmIdentity } from "../alarm-names";
import { modelNameSchema } from "../names";
import { RULE_NAMES } from "../rules";
import { severitySchema } from "../severity";
import { instant, type Instant } from "../time";
import {
  briefly,
  faultsOf,
  foreignTimeSchema,
  knownSignal,
  onlyIfKnown,
  unreadable,
  type ReadingContext,
  type ReadMessage,
} from "./reading";

const alarmEventSchema = z.object({
  "detail-type": z.enum(["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change"]),
  detail: z.object({
    alarmName: z.string().min(1),
    alarmTags: z.record(z.string(), z.string()).optional().catch(undefined),
    alarmContributor: z.object({ attributes: z.record(z.string(), z.string()) }).optional(),
    state: z.object({
      value: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
      reason: z.string().default(""),
      /** An alarm of several series has none. */
      reasonData: z.string().optional(),
      timestamp: foreignTimeSchema,
    }),
  }),
});

type AlarmDetail = z.infer<typeof alarmEventSchema>["detail"];

export function isAlarmEvent(message: object): boolean {
  return "source" in message && message.source === "aws.cloudwatch";
}

/** The event bus carries by environment and rule, so each loop is told of the alarms of all loops. */
export function readAlarmEvent(message: object, context: ReadingContext): ReadMessage {
  const { success, data, error } = alarmEventSchema.safeParse(message);
  if (!success) return unreadable(...faultsOf(error));
  const { alarmName, alarmTags, alarmContributor, state } = data.detail;
  const identity = identityFromTags(data.detail) ?? readAlarmName(alarmName, context.environment, context.models);
  const others = identity === undefined ? isAlarmOfSomeModel(alarmName, context.environment) : !context.models.includes(identity.model);
  if (others) return { readings: [], faults: [], foreign: [`alarm ${JSON.stringify(alarmName)} is about a model of another loop`] };
  if (identity === undefined) {
    const cure = `name it ${context.environment}-<model>-<rule>-<condition>-<severity>, or tag it with ${Object.values(ALARM_TAGS).join(", ")}`;
    const tags = alarmTags === undefined ? "and carries no tags" : "as its tags do not either";
    return unreadable(`alarm ${JSON.stringify(alarmName)} does not say what it is about, ${tags}: ${cure}`);
  }
  return readAlarm({
    ...{ identity, at: state.timestamp, state: state.value, reason: state.reason || alarmName },
    ...{ reasonData: state.reasonData, subject: contributorName(alarmContributor?.attributes) },
    context,
  });
}

export interface AlarmState {
  identity: AlarmIdentity;
  at: Instant;
  state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  reason: string;
  /** JSON within JSON, or nothing. */
  reasonData?: string | undefined;
  subject?: string | undefined;
  context: ReadingContext;
}

/** Also for alarms that were asked for, and not delivered. */
export function readAlarm({ identity, at, state, reason, reasonData, subject, context }: AlarmState): ReadMessage {
  const firedAt = wholeSecond(at);
  const { model, rule, severity } = identity;
  if (state !== "ALARM") {
    return onlyIfKnown({ kind: "news", model, rule, at: firedAt, over: state === "OK", reason: briefly(`${state}: ${reason}`) }, context);
  }
  const value = newestDatapoint(reasonData);
  return knownSignal({ model, rule, severity, source: "cloudwatch", firedAt, reason: briefly(reason), subject, value }, context);
}

/**
 * The event and DescribeAlarms may disagree about milliseconds, and time is part of a signal's identity: whole seconds make one signal of an
 * alarm that is both delivered and found by the sweep. An alarm changes its state at most every ten seconds.
 */
function wholeSecond(time: Instant): Instant {
  return instant(Math.floor(Date.parse(time) / 1_000) * 1_000);
}

const identitySchema = z.object({ model: modelNameSchema, rule: z.enum(RULE_NAMES), severity: severitySchema });

/** One alarm may watch all models as so many series: then the series names its model. */
function identityFromTags({ alarmTags = {}, alarmContributor }: AlarmDetail): AlarmIdentity | undefined {
  const model = alarmTags[ALARM_TAGS.model] ?? alarmContributor?.attributes["model"];
  return identitySchema.safeParse({ model, rule: alarmTags[ALARM_TAGS.rule], severity: alarmTags[ALARM_TAGS.severity] }).data;
}

const reasonDataSchema = z.object({ recentDatapoints: z.array(z.number()).min(1) });

function newestDatapoint(reasonData: string | undefined): number | undefined {
  try {
    return reasonDataSchema.safeParse(JSON.parse(reasonData ?? "")).data?.recentDatapoints.at(-1);
  } catch {
    return undefined;
  }
}

function contributorName(attributes: Record<string, string> | undefined): string | undefined {
  const named = Object.entries(attributes ?? {}).filter(([name]) => name !== "model");
  return named.length === 0
    ? undefined
    : named
        .map(([name, value]) => `${name}=${value}`)
        .join(" ")
        .slice(0, 200);
}
