/** D3: before a window is learnt from. What is broken is told, and the run ends as rejected: the same data would be refused again. */
import { judgeProfile, readProfile } from "../../domain/run/data-profile";
import { type DataVerdict, validateRequestSchema } from "../../domain/run/steps";
import type { Artifacts } from "../../ports/registry";
import { tell, type TellingLoop } from "./tell";

export interface ValidatingLoop extends TellingLoop {
  artifacts: Pick<Artifacts, "read">;
}

export async function validateData(request: unknown, loop: ValidatingLoop): Promise<DataVerdict> {
  const { plan, profile } = validateRequestSchema.parse(request);
  const { run, spec } = plan;
  const text = await loop.artifacts.read(profile);
  const read = text === undefined ? undefined : readProfile(text);
  const verdict: DataVerdict =
    read === undefined
      ? { kind: "broken", faults: [`${profile} is no profile of one row; nothing is known of the data: look at the query`] }
      : judgeProfile(spec.data, read);
  const [reason, values] =
    verdict.kind === "sound"
      ? [`${verdict.rows} rows pass all checks`, { rows: verdict.rows }]
      : [`the data of ${run} are broken: ${verdict.faults.join("; ")}`, { faults: verdict.faults.length }];
  await tell({ event: "run.data-checked", model: spec.model, run, reason, values: { verdict: verdict.kind, ...values } }, loop);
  return verdict;
}
