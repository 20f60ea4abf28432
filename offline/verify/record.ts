/** What is known of a project's loop on AWS: the record that somebody committed after a run of verify-aws, or that there is none. */
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";

/** Where `verify-aws --json` is kept, as it was printed, in a block of code or alone. */
export const RECORD = "docs/verified-on-aws.md";

const schema = z.looseObject({
  on: z.string(),
  environments: z.array(z.looseObject({ environment: z.string(), counts: z.record(z.string(), z.number()) })),
});

/** One sentence. The only place where this is said. */
export function awsSentence(projectRoot: string, environment: string): string {
  const file = path.join(projectRoot, RECORD);
  return fs.existsSync(file) ? sentenceOf(fs.readFileSync(file, "utf8"), environment) : NEVER_RUN;
}

export const NEVER_RUN = "Never run on AWS: npx modelloop verify-aws holds it against AWS.";

export function sentenceOf(text: string, environment: string): string {
  const record = schema.safeParse(jsonIn(text));
  if (!record.success) return `${NEVER_RUN} (${RECORD} holds no document of verify-aws --json.)`;
  const { on, environments } = record.data;
  const found = environments.find((each) => each.environment === environment);
  const { agrees = 0, differs = 0 } = found?.counts ?? {};
  if (agrees + differs === 0) return NEVER_RUN;
  return `Held against AWS on ${on} (${RECORD}): ${agrees} of ${agrees + differs} answers agree.`;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(/```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? text);
  } catch {
    return undefined;
  }
}
