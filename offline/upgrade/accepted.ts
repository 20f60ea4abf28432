/** Changes that somebody wants, with the reason why: a list beside the baselines, or of an adopter's own. Pure. */
import { z } from "zod";
import { type Danger, DangerKind } from "./danger";

const acceptedSchema = z
  .array(
    z.strictObject({
      /** Name of the resource as the refusal tells it; `*` stands for any text, because environments begin names. */
      resource: z.string().min(1),
      change: z.enum(DangerKind),
      reason: z.string().trim().min(10, { error: "says too little; whoever loses data wants to know why: write a sentence" }),
      date: z.iso.date({ error: 'is no date: write it as "2026-11-21"' }),
    }),
  )
  .nullable();

export type Acceptance = NonNullable<z.infer<typeof acceptedSchema>>[number];

export function readAccepted(content: unknown): { accepted: Acceptance[]; faults: string[] } {
  const { data, error } = acceptedSchema.safeParse(content ?? null);
  if (error === undefined) return { accepted: data ?? [], faults: [] };
  const faults = error.issues.map(({ path, message }) => `${path.length === 0 ? "the list" : path.join(".")}: ${message}`);
  return { accepted: [], faults };
}

export interface Judged {
  /** What nobody has accepted. */
  readonly dangers: readonly Danger[];
  readonly accepted: readonly (Danger & { readonly reason: string })[];
  /** Entries that match nothing: the change was made, or taken back. */
  readonly stale: readonly Acceptance[];
}

export function judgedBy(accepted: readonly Acceptance[], dangers: readonly Danger[]): Judged {
  const by = (danger: Danger) => accepted.find((entry) => matches(entry, danger));
  return {
    dangers: dangers.filter((danger) => by(danger) === undefined),
    accepted: dangers.flatMap((danger) => {
      const entry = by(danger);
      return entry === undefined ? [] : [{ ...danger, reason: entry.reason }];
    }),
    stale: accepted.filter((entry) => !dangers.some((danger) => matches(entry, danger))),
  };
}

export function staleText({ resource, change, date }: Acceptance): string {
  return `The accepted change of ${date}, ${resource} ${change}, matches nothing any more: take it out of the list, so that it cannot cover for another one.`;
}

function matches({ resource, change }: Acceptance, danger: Danger): boolean {
  const pattern = new RegExp(`^${resource.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
  return change === danger.kind && pattern.test(danger.resource);
}
