/** Reads what `evaluate.py` wrote: another program, in another language, of another version perhaps. */
import { type Evaluation, evaluationSchema } from "./steps";

export type ReadEvaluation = { kind: "read"; evaluation: Evaluation } | { kind: "unreadable"; faults: string[] };

/** @param origin how the faults call it. */
export function readEvaluation(origin: string, text: string | undefined, models: readonly string[]): ReadEvaluation {
  if (text === undefined) return unreadable([`${origin} is missing; nothing is known of the models: look at the job that evaluates`]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return unreadable([`${origin} is no JSON (${(error as Error).message}): look at the job that evaluates`]);
  }
  const { data, error } = evaluationSchema.safeParse(value);
  if (error !== undefined) {
    return unreadable(
      error.issues.map(
        ({ path, message }) => `${origin}: ${path.join(".") || "it"} cannot be read (${message}): look at the job that evaluates`,
      ),
    );
  }
  const missing = models.filter((model) => data.candidates[model] === undefined);
  if (missing.length > 0) {
    return unreadable(
      missing.map((model) => `${origin} has no candidate ${model}; every model of a release is judged: look at the job that evaluates`),
    );
  }
  return { kind: "read", evaluation: data };
}

function unreadable(faults: string[]): ReadEvaluation {
  return { kind: "unreadable", faults };
}
