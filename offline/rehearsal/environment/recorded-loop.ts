/** The loops of a plan, as they would be deployed: template, code and parameters out of the recording itself. */
import path from "node:path";
import { z } from "zod";
import { type DeclaredModel, declaredModelsSchema } from "../../../lambdas/domain/declared-models";
import type { Json, Properties, RecordedResource } from "../../engine";
import { isMapping } from "../../plan/mapping";
import { isTemplate, sentTemplates } from "../../templates/sent-templates";
import type { Loop } from "../scenarios/loop-assembly";
import { ordersOf, runPlaceOf, variablesOf } from "../platform/trained-models";
import { type Assembly, resourcesOf, type Template } from "../wiring/assembly";
import { unpacked } from "./unpacked";

export const CHANNELS = { slack: "SLACK_WEBHOOK_SECRET_ARN", pagerduty: "PAGER_DUTY_SECRET_ARN", "e-mail": "EMAIL_TOPIC_ARN" } as const;

export type Channel = keyof typeof CHANNELS;

export interface RecordedLoop extends Loop {
  /** Of the stack that deploys it. */
  readonly name: string;
  readonly models: readonly DeclaredModel[];
  readonly channels: readonly Channel[];
}

const COMPONENT = "modelloop:index:ModelLoop";
const STACK = "aws:cloudformation/stack:Stack";

/** @param resources of a recording in apply mode: only there is every value known */
export function recordedLoops(resources: readonly RecordedResource[]): RecordedLoop[] {
  const components = new Set(resources.filter(({ type }) => type === COMPONENT).map(({ urn }) => urn));
  const stacks = resources.filter(({ type, parent }) => type === STACK && parent !== undefined && components.has(parent));
  return stacks.map((stack) => recordedLoop(stack, resources));
}

function recordedLoop(stack: RecordedResource, resources: readonly RecordedResource[]): RecordedLoop {
  const [root] = sentTemplates(resources).filter(({ stack: urn }) => urn === stack.urn);
  if (root === undefined || !isTemplate(root.body)) throw new Error(`the plan holds no template of ${stack.name}`);
  const uploads = uploadsOf(resources);
  const found = (url: string, what: "text" | "path"): string => {
    const source = uploads.get(path.basename(url));
    const given = isMapping(source) ? source[what] : undefined;
    if (typeof given !== "string") throw new Error(`the plan uploads no ${path.basename(url)}, which ${stack.name} asks for`);
    return given;
  };
  const nested = (url: string) => JSON.parse(found(url, "text")) as Template;
  const parameters = stack.inputs["parameters"] as Properties;
  const assembly: Assembly = {
    resources: resourcesOf(root.body as Template, parameters, nested),
    asset: (key) => unpacked(found(key, "path")),
    document: (key) => found(key, "text"),
  };
  const { RetrainingFunctionArn: retrainingArn, TrafficQueueArn: given } = parameters;
  const place = runPlaceOf(assembly);
  const trafficArn = typeof given === "string" ? given : ordersOf(assembly);
  return {
    ...{ name: stack.name, assembly, ...toldToFunctions(assembly) },
    ...(typeof retrainingArn === "string" && { retrainingArn }),
    ...(trafficArn !== "" && { trafficArn }),
    ...(place && { place }),
  };
}

/** Last part of the key → where the content is. */
function uploadsOf(resources: readonly RecordedResource[]): Map<string, Json> {
  return new Map(
    resources.flatMap(({ inputs: { key, source } }): [string, Json][] => {
      const asset = isMapping(source) ? source["$asset"] : undefined;
      return typeof key === "string" && asset !== undefined ? [[path.basename(key), asset]] : [];
    }),
  );
}

const told = z.looseObject({ ENVIRONMENT: z.string(), MODELS: declaredModelsSchema });

/** What the functions will read when they start is what counts, and not what some argument once said. */
function toldToFunctions({ resources }: Assembly): Pick<RecordedLoop, "environment" | "models" | "channels"> {
  const variables = resources.filter(({ type }) => type === "AWS::Lambda::Function").map(variablesOf);
  const { ENVIRONMENT: environment, MODELS: models } = told.parse(variables.find((each) => "MODELS" in each));
  const channels = (Object.keys(CHANNELS) as Channel[]).filter((channel) => variables.some((each) => CHANNELS[channel] in each));
  return { environment, models, channels };
}
