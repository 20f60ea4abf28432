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

/** That it is over is news; an alarm whose name says no severity is taken seriously. */
function healthNotice({
  AlarmName: name,
  AlarmDescription,
  NewStateValue,
  NewStateReason,
  StateChangeTime,
}: AlarmChange): Notice | undefined {
  if (NewStateValue === "INSUFFICIENT_DATA") return undefined;
  const over = NewStateValue === "OK";
  const severity = over ? "info" : (SEVERITIES.find((each) => name.endsWith(`-${each}`)) ?? "critical");
  return notice({
    ...{ key: `${name}/${StateChangeTime}`, group: `loop/${name}`.slice(0, 200), severity, page: severity === "critical", repeated: false },
    ...{ title: `${name} ${over ? "is over" : "went off"}`, lines: [AlarmDescription ?? "", NewStateReason], at: StateChangeTime },
  });
}

type AlarmChange = z.infer<typeof healthAlarmSchema>;
