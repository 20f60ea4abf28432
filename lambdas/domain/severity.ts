import { z } from "zod";

/** From the mildest up. `info` is news (a deploy, a schedule), `monitor` asks for a closer look, people are told from `warning` on. */
export const SEVERITIES = ["ok", "info", "monitor", "warning", "critical"] as const;

export const severitySchema = z.enum(SEVERITIES);

export type Severity = z.infer<typeof severitySchema>;

/** Sorts from the mildest up, as `Array.sort` wants it. */
export function compareSeverities(one: Severity, other: Severity): number {
  return SEVERITIES.indexOf(one) - SEVERITIES.indexOf(other);
}

/** The worst of them; `ok` of none. */
export function worstSeverity(severities: Iterable<Severity>): Severity {
  let worst: Severity = "ok";
  for (const severity of severities) if (compareSeverities(severity, worst) > 0) worst = severity;
  return worst;
}
