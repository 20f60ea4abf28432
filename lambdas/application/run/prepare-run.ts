/**
 * The whole plan of a run, made before anything is paid for. What the programs that train need of it is left where their jobs find it; a job has
 * a hundred hyperparameters of 2,500 characters (SageMaker, CreateTrainingJob), and a model may have more features than that holds.
 */
import { type ModelSpec, modelSpecsSchema, RELEASES_BUCKET_PLACEHOLDER } from "../../domain/run/model-spec";
import { planRun } from "../../domain/run/plan";
import { type Champion, type PrepareAnswer, prepareRequestSchema, type RunPlan } from "../../domain/run/steps";
import type { Artifacts, ModelRegistry } from "../../ports/registry";
import { followTrafficOf } from "../follow-traffic";
import { tell, type TellingLoop } from "./tell";

export interface PreparingLoop extends TellingLoop {
  registry: Pick<ModelRegistry, "champion" | "restore" | "versions">;
  artifacts: Artifacts;
  /** The loop's document, `s3://`. */
  specs: string;
  /** Folder of all runs, with the slash. */
  place: string;
  /** Absent where the document names its buckets itself, or no model is served. */
  releasesBucket?: string | undefined;
}

/** @throws ZodError for what is no request; RegistryAwayError where the registry does not answer: a run without its champion would compare with nothing. */
export async function prepareRun(request: unknown, loop: PreparingLoop): Promise<PrepareAnswer> {
  const { order, startedAt } = prepareRequestSchema.parse(request);
  const { model, run } = order;
  const found = await specOf(model, loop);
  if ("fault" in found) return refused(run, model, found.fault, loop);
  // The registry follows a roll-back within the hour; a run that begins before would be judged against what nobody has.
  await followTrafficOf({ line: found.spec.line, model }, loop);
  const champion = await championOf(model, loop);
  const answer = planRun({ order, startedAt, spec: found.spec, champion, artifacts: loop.place });
  if (answer.kind === "refused") return refused(run, model, answer.reason, loop);
  const { plan } = answer;
  await loop.artifacts.write(`${plan.artifacts}plan.json`, planFile(plan));
  const { trainFrom, trainUntil, holdoutFrom, holdoutUntil } = plan.window;
  const reason = `${run} trains on ${trainFrom} to ${trainUntil}, and is judged by ${holdoutFrom} to ${holdoutUntil}`;
  const values = {
    ...plan.window,
    dataset: plan.dataset.version,
    champion: champion?.semanticVersion ?? "none",
    rules: plan.rules.join(" "),
  };
  await tell({ event: "run.planned", model, run, reason, values }, loop);
  return answer;
}

async function refused(run: string, model: string, fault: string, loop: PreparingLoop): Promise<PrepareAnswer> {
  const reason = `${run} cannot be planned: ${fault}`;
  await tell({ event: "run.planned", model, run, reason, values: { refused: true } }, loop);
  return { kind: "refused", reason };
}

async function specOf(
  model: string,
  { artifacts, specs, releasesBucket }: PreparingLoop,
): Promise<{ spec: ModelSpec } | { fault: string }> {
  const text = await artifacts.read(specs);
  if (text === undefined) return { fault: `${specs}, where the loop's models stand, is not there: deploy the loop again` };
  const placed = releasesBucket === undefined ? text : text.replaceAll(RELEASES_BUCKET_PLACEHOLDER, releasesBucket);
  const { data, error } = modelSpecsSchema.safeParse(JSON.parse(placed));
  if (error !== undefined) {
    const [issue] = error.issues;
    return { fault: `${specs} cannot be read (${issue?.path.join(".")}: ${issue?.message}): deploy the loop again` };
  }
  const spec = data.models.find((each) => each.model === model);
  if (spec === undefined)
    return { fault: `${model} has no part in ${specs}, and nothing says what it is trained on: declare its training` };
  if (spec.serving?.releases.includes(RELEASES_BUCKET_PLACEHOLDER) === true) {
    return { fault: `the bucket of ${model}'s releases is not known to this function: set its RELEASES_BUCKET` };
  }
  return { spec };
}

async function championOf(model: string, { registry }: PreparingLoop): Promise<Champion | undefined> {
  const found = await registry.champion(model);
  if (found === undefined) return undefined;
  const { version, semanticVersion, release, models, kinds, featureOrderSha256 } = found;
  return { version, semanticVersion, release, models, kinds, ...(featureOrderSha256 !== undefined && { featureOrderSha256 }) };
}

/** The same to the byte for the same run: a step that is tried again changes nothing under a job that has begun. */
function planFile({ sql: _sql, ...plan }: RunPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}
