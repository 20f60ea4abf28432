/** R5: what the number of a model's version says of it. */

/** Another architecture is another set of models, or another kind of one; a retraining is the same on newer data; a fix the same on the same, by corrected code. */
export type VersionChange = "architecture" | "retraining" | "fix";

export const FIRST_VERSION = "1.0.0";

const SEMANTIC = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** One sentence where the text is no version that can be counted on from, else nothing. */
export function semanticVersionFaults(subject: string, version: string): string[] {
  if (SEMANTIC.test(version)) return [];
  return [
    `${subject} is ${JSON.stringify(version)}; a version is three whole numbers such as 1.4.0, and the next one counts on from it: correct its tag`,
  ];
}

/** @param previous of the champion; absent on the first day. @throws RangeError where that is no semantic version. */
export function nextSemanticVersion(previous: string | undefined, change: VersionChange): string {
  if (previous === undefined) return FIRST_VERSION;
  const [fault] = semanticVersionFaults("the champion's semantic version", previous);
  if (fault !== undefined) throw new RangeError(fault);
  const [major = 0, minor = 0, patch = 0] = previous.split(".").map(Number);
  if (change === "architecture") return `${major + 1}.0.0`;
  return change === "retraining" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}
