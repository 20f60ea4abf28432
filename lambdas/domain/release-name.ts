/**
 * What a release may be called. The name is a folder in S3, a variable of a pod, a salt and a value in the router's configuration, and a label of
 * metrics. Of these the router's file is the strictest, so its rule counts everywhere: what is packaged under a name can be rolled out under it.
 */
import { NOBODYS, SPLIT_NAME, SPLIT_NAME_RULE } from "./split/split";

/** @param property how the faults call it. */
export function releaseNameFaults(property: string, name: string): string[] {
  const shown = `${property} is ${JSON.stringify(name)}`;
  if (!SPLIT_NAME.test(name)) return [`${shown}; a name has ${SPLIT_NAME_RULE}: rename it`];
  return name === NOBODYS ? [`${shown}; metrics call so what went to nobody: rename it`] : [];
}
