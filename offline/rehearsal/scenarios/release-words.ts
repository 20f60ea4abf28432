/** Runs and releases as people speak of them: by the version that they became, and not by the hash that tells them apart. Pure. */
import type { Audited } from "./promises";

/** `log-anomaly-data-drift-2026030214-1358d787`: the hour, and the hash, at the end. */
const RUN = /\b[a-z][\w-]*-\d{10}-[0-9a-f]{8}\b/g;

export interface Releases {
  /** `1.1.0`; a run that never got so far as to have a version is `the run`. */
  readonly called: (name: string) => string;
  /** The same in a whole sentence. */
  readonly spoken: (text: string) => string;
}

export function releasesIn(audit: readonly Audited[]): Releases {
  const versions = new Map<string, string>();
  for (const { values } of audit) {
    const { run, release, semanticVersion } = values;
    if (typeof semanticVersion !== "string") continue;
    for (const name of [run, release]) if (typeof name === "string") versions.set(name, semanticVersion);
  }
  // What served before the trail begins is known by what took its place.
  for (const { event, values } of audit) {
    if (event !== "roll-out.begun" || typeof values["champion"] !== "string" || versions.has(values["champion"])) continue;
    const planned = audit.find((record) => record.event === "run.planned" && record.values["run"] === values["run"]);
    const before = planned?.values["champion"];
    if (typeof before === "string" && before !== "none") versions.set(values["champion"], before);
  }
  const called = (name: string): string => versions.get(name) ?? name.replace(RUN, "the run");
  return { called, spoken: (text) => text.replaceAll(RUN, called) };
}
