/**
 * The loop's own alarms, as CloudWatch publishes them to a topic (CloudWatch user guide, "Notifying users on alarm changes", 2026): made into
 * notices for the channels that are no e-mail. E-mail is subscribed to the topic itself, and needs nothing that could be broken.
 */
import { z } from "zod";
import { notice, type Notice } from "../notices";
import { SEVERITIES } from "../severity";
import { faultsOf, foreignTimeSchema } from "./reading";
import { parseTemplatedJson } from "./templated-json";

const healthAlarmSchema = z.object({
  AlarmName: z.string().min(1),
  AlarmDescription: z.string().nullish(),
  NewStateValue: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
  OldStateValue: z.string().optional(),
  NewStateReason: z.string().default(""),
  StateChangeTime: foreignTimeSchema,
});

export type ReadHealthAlarm = { kind: "notice"; notice: Notice | undefined } | { kind: "unreadable"; faults: string[] };

/** Undefined where the message is no alarm of CloudWatch. */
export function readHealthAlarm(body: string): ReadHealthAlarm | undefined {
  const message = parseTemplatedJson(body);
  if (typeof message !== "object" || message === null || !("AlarmName" in message)) return undefined;
  const { success, data, error } = healthAlarmSchema.safeParse(message);
  return success ? { kind: "notice", notice: healthNotice(data) } : { kind: "unreadable", faults: faultsOf(error) };
}

/**
 * That it is over is news; an alarm whose name says no severity is taken seriously. One that has only just been made wakes nobody: those that
 * take silence for bad are red until what they watch has first happened, after each deployment that makes them anew.
 */
function healthNotice(alarm: AlarmChange): Notice | undefined {
  const { AlarmName: name, NewStateValue: state, StateChangeTime: at, OldStateValue: before } = alarm;
  const over = state === "OK";
  if (state === "INSUFFICIENT_DATA" || (over && before === "INSUFFICIENT_DATA")) return undefined;
  const severity = over ? "info" : (SEVERITIES.find((each) => name.endsWith(`-${each}`)) ?? "critical");
  const page = severity === "critical" && before !== "INSUFFICIENT_DATA";
  return notice({
    ...{ key: `${name}/${at}`, group: `loop/${name}`.slice(0, 200), severity, page, repeated: false, at },
    ...{ title: `${name} ${over ? "is over" : "went off"}`, lines: [alarm.AlarmDescription ?? "", alarm.NewStateReason] },
  });
}

type AlarmChange = z.infer<typeof healthAlarmSchema>;
