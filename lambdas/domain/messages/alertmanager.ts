/**
 * Alerts of Prometheus (R8): Alertmanager's webhook of version 4 (prometheus/alertmanager, notify/webhook/webhook.go), and the same fields as
 * Amazon Managed Prometheus sends them through SNS. An alert says in its labels what it is about: `model`, `rule`, `severity`.
 */
import { z } from "zod";
import { RULE_NAMES } from "../rules";
import { SEVERITIES } from "../severity";
import {
  briefly,
  faultsOf,
  foreignTimeSchema,
  knownSignal,
  onlyIfKnown,
  together,
  unreadable,
  type ReadingContext,
  type ReadMessage,
} from "./reading";

const labelsSchema = z.object({
  alertname: z.string().default("alert"),
  model: z.string({ error: "is missing; an alert for the loop names its model in the label model" }),
  rule: z.enum(RULE_NAMES, {
    error: ({ input }) => `is ${JSON.stringify(input)}; an alert for the loop names one of ${RULE_NAMES.join(", ")}`,
  }),
  severity: z.enum(SEVERITIES, { error: ({ input }) => `is ${JSON.stringify(input)}; the loop knows ${SEVERITIES.join(", ")}` }),
  /** The feature or series that is worst. */
  feature: z.string().optional(),
});

const alertSchema = z.object({
  status: z.enum(["firing", "resolved"]),
  labels: labelsSchema,
  annotations: z.record(z.string(), z.string()).default({}),
  startsAt: foreignTimeSchema,
  endsAt: foreignTimeSchema.optional(),
});

export type Alert = z.input<typeof alertSchema>;

const messageSchema = z.object({ alerts: z.array(z.unknown()).min(1), truncatedAlerts: z.int().min(0).default(0) });

export function isAlertmanagerMessage(message: object): boolean {
  return "alerts" in message;
}

export function readAlertmanagerMessage(message: object, context: ReadingContext): ReadMessage {
  const { success, data, error } = messageSchema.safeParse(message);
  if (!success) return unreadable(...faultsOf(error));
  const { alerts, truncatedAlerts } = data;
  const cut = `truncatedAlerts is ${truncatedAlerts}; these alerts are in no message: raise max_alerts of the receiver, or group by model`;
  return together([...alerts.map((alert, index) => readAlert(alert, index, context)), unreadable(...(truncatedAlerts > 0 ? [cut] : []))]);
}

function readAlert(candidate: unknown, index: number, context: ReadingContext): ReadMessage {
  const { success, data, error } = alertSchema.safeParse(candidate);
  if (!success) return unreadable(...faultsOf(error).map((fault) => `alerts.${index}.${fault}`));
  const { status, labels, annotations, startsAt, endsAt = startsAt } = data;
  const { model, rule, severity, alertname, feature } = labels;
  const reason = briefly(annotations["summary"] ?? annotations["description"] ?? alertname);
  if (status === "resolved") {
    return onlyIfKnown({ kind: "news", model, rule, at: endsAt, over: true, reason: briefly(`resolved: ${reason}`) }, context);
  }
  const value = annotations["value"] === undefined ? undefined : Number(annotations["value"]);
  const measured = { subject: feature?.slice(0, 200) || undefined, value: Number.isFinite(value) ? value : undefined };
  return knownSignal({ model, rule, severity, source: "alertmanager", firedAt: startsAt, reason, ...measured }, context);
}
