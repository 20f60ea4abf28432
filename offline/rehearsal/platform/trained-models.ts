/** What the functions of a loop are told about where runs work; what they will read is what counts, and not what some argument once said. */
import { type ModelSpec, modelSpecsSchema, RELEASES_BUCKET_PLACEHOLDER } from "../../../lambdas/domain/run/model-spec";
import { isMapping } from "../../plan/mapping";
import { arnOf, nameIn } from "../standins/arns";
import type { Assembly, Declared } from "../wiring/assembly";

export interface RunPlace {
  /** Of the models that are trained, as a run reads them. */
  readonly specs: readonly ModelSpec[];
  /** Where a run finds them: `s3://`. */
  readonly document: { readonly place: string; readonly text: string };
  readonly registryUrl: string;
  /** Absent where CloudWatch has the measurements. */
  readonly prometheusUrl?: string;
  /** Machine of the roll-outs. Absent where nothing is rolled out. */
  readonly rollOutArn?: string;
}

/** Undefined where a run trains nothing. */
export function runPlaceOf(assembly: Assembly): RunPlace | undefined {
  const all = assembly.resources.filter(({ type }) => type === "AWS::Lambda::Function").map(variablesOf);
  const told = (name: string): string | undefined => all.find((each) => typeof each[name] === "string")?.[name] as string | undefined;
  const [bucket, key, registryUrl] = [told("MODEL_SPECS_BUCKET"), told("MODEL_SPECS_KEY"), told("MLFLOW_URL")];
  if (bucket === undefined || key === undefined || registryUrl === undefined) return undefined;
  const text = assembly.document(key);
  const releases = told("RELEASES_BUCKET");
  const placed = releases === undefined ? text : text.replaceAll(RELEASES_BUCKET_PLACEHOLDER, releases);
  const [prometheusUrl, rollOutArn] = [told("PROMETHEUS_URL"), told("ROLL_OUT_MACHINE_ARN")];
  return {
    ...{ specs: modelSpecsSchema.parse(JSON.parse(placed)).models, document: { place: `s3://${bucket}/${key}`, text }, registryUrl },
    ...(prometheusUrl !== undefined && { prometheusUrl }),
    ...(rollOutArn !== undefined && { rollOutArn }),
  };
}

export function variablesOf({ properties }: Declared): Readonly<Record<string, unknown>> {
  const environment = properties["Environment"];
  const variables = isMapping(environment) ? environment["Variables"] : undefined;
  return isMapping(variables) ? variables : {};
}

/** Queue of the loop's own roll-outs; empty where it has none. */
export function ordersOf({ resources }: Assembly): string {
  const url = resources.map(variablesOf).find((each) => "TRAFFIC_QUEUE_URL" in each)?.["TRAFFIC_QUEUE_URL"];
  return typeof url === "string" ? arnOf("sqs", nameIn(url)) : "";
}
