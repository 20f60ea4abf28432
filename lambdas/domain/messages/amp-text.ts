/**
 * Alerts as Alertmanager words them for SNS unless it is told otherwise (prometheus/alertmanager, template/default.tmpl), which is what Amazon
 * Managed Prometheus sends by default.
 *
 * The text does not say when an alert began, so the time of the message stands for it; every `repeat_interval` then makes a new signal of an
 * alert that goes on firing. The documented JSON template does not have this weakness.
 */
import { readAlertmanagerMessage, type Alert } from "./alertmanager";
import { together, unreadable, type ReadingContext, type ReadMessage } from "./reading";

const SECTIONS = { "Alerts Firing:": "firing", "Alerts Resolved:": "resolved" } as const;
const PAIR = /^ - ([A-Za-z_]\w*) = (.*)$/;

export function isAlertText(text: string): boolean {
  return text.split("\n").some((line) => line in SECTIONS);
}

export function readAlertText(text: string, context: ReadingContext): ReadMessage {
  if (context.sentAt === undefined)
    return unreadable("the alert does not say when it was sent; texts are read from SNS only: subscribe the queue without raw delivery");
  const { alerts, complete } = alertsIn(text, context.sentAt);
  const cut = "the text ends within an alert; what was cut off is unknown: let the alert manager send JSON, or group by model";
  return together([
    alerts.length === 0 ? unreadable() : readAlertmanagerMessage({ alerts }, context),
    unreadable(...(complete ? [] : [cut])),
  ]);
}

interface TextAlert extends Alert {
  labels: Record<string, string> & Alert["labels"];
  annotations: Record<string, string>;
}

function alertsIn(text: string, startsAt: string): { alerts: TextAlert[]; complete: boolean } {
  const alerts: TextAlert[] = [];
  let status: TextAlert["status"] = "firing";
  let into: Record<string, string> | undefined;
  let complete = true;
  for (const line of text.split("\n")) {
    const alert = alerts.at(-1);
    const [, name, value] = PAIR.exec(line) ?? [];
    if (line in SECTIONS) status = SECTIONS[line as keyof typeof SECTIONS];
    else if (line === "Labels:") {
      const labels = {} as TextAlert["labels"];
      alerts.push({ status, labels, annotations: {}, startsAt });
      into = labels;
      complete = false;
    } else if (line === "Annotations:") into = alert?.annotations;
    else if (line.startsWith("Source: ")) complete = true;
    else if (name !== undefined && value !== undefined && into !== undefined) into[name] = value;
  }
  return { alerts, complete: complete && alerts.length > 0 };
}
