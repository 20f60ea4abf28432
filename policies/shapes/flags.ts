/** Command lines of containers. */
import { list, text } from "../reading";
import type { Props, Subject } from "../rule";
import { containersOf } from "./pods";

export function containersRunning(subject: Subject, image: RegExp): Props[] {
  return containersOf(subject).filter((container) => image.test(text(container["image"]) ?? ""));
}

/** `--model-control-mode=explicit`, or the next argument; `""` for a flag alone. */
export function flagOf(container: Props, flag: string): string | undefined {
  const words = [...list(container["command"]), ...list(container["args"])].map(String).flatMap((word) => word.split(/\s+(?=--)/));
  for (const [index, word] of words.entries()) {
    if (word.startsWith(`${flag}=`)) return word.slice(flag.length + 1);
    const next = words[index + 1];
    if (word === flag) return next === undefined || next.startsWith("--") ? "" : next;
  }
  return undefined;
}
