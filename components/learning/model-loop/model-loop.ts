/** What of a loop can be wrong before anything is synthesised, and the defaults. */
import { declaredModelsText, type DeclaredModel } from "../../../lambdas/domain/declared-models";
import { RULE_NAMES } from "../../../lambdas/domain/rules";
import { enumFaults } from "../../shared/faults";
import { ServingSignals } from "../drift-alarms/drift-alarms";
import { channelFaults, type ChannelsShape } from "../notifications/notifications";
import { HEALTH_ALARMS } from "../shared/health-alarms";
import { DEFAULT_LOOP } from "../shared/loop-name";
import { DEFAULT_WEEKLY } from "../shared/schedules";
import { modelTrainingFaults } from "./model-training";
import type { ModelTrainingArgs } from "./training-arguments";

/** What the loop may do about a model. */
export enum LoopMode {
  /** Decides, records and tells; touches nothing. */
  Observe = "observe",
  /** Starts retrainings and rolls back by itself. */
  Act = "act",
}

export interface LoopModelShape {
  name: string;
  line?: string | undefined;
  mode?: LoopMode | undefined;
  weeklySchedule?: string | undefined;
  servingSignals?: ServingSignals | undefined;
  training?: ModelTrainingArgs | undefined;
}

export interface ModelLoopShape {
  environment: string;
  loop?: string | undefined;
  models: readonly LoopModelShape[];
  channels: ChannelsShape;
}

/** The functions' schema asks for the same; here it is refused before anything is deployed. */
const ENVIRONMENT = /^[a-z][a-z0-9-]{0,19}$/;
const LOOP = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

export function declaredModels(models: readonly LoopModelShape[]): DeclaredModel[] {
  return models.map(({ name, line = name, mode = LoopMode.Observe }) => ({ model: name, line, mode }));
}

export function modelLoopFaults({ environment, loop = DEFAULT_LOOP, models, channels }: ModelLoopShape): string[] {
  const named = (property: string, value: string, pattern: RegExp): string[] =>
    pattern.test(value)
      ? []
      : [`${property} is ${JSON.stringify(value)}; it begins the names of alarms: use up to 20 of a-z, 0-9 and -, a letter first`];
  return [
    ...named("environment", environment, ENVIRONMENT),
    ...named("loop", loop, LOOP),
    ...models.flatMap(({ name, line = name, mode, servingSignals, weeklySchedule, training }, index) => [
      ...enumFaults(`models[${index}].mode`, mode, LoopMode),
      ...enumFaults(`models[${index}].servingSignals`, servingSignals, ServingSignals),
      ...scheduleFaults(`models[${index}].weeklySchedule`, weeklySchedule),
      ...modelTrainingFaults(`models[${index}].training`, name, line, training),
    ]),
    ...modelFaults(models),
    ...sharedNameFaults(loop, models),
    ...channelFaults(channels),
  ];
}

/** "Up to 10 tags with an object" (S3 user guide, "Categorizing your objects using tags"). */
const MOST_OBJECT_TAGS = 10;

export function objectTagFaults(tags: readonly string[]): string[] {
  if (tags.length <= MOST_OBJECT_TAGS) return [];
  return [`tags are ${tags.length}; they go to the files in S3 too, which takes ${MOST_OBJECT_TAGS} on a file: leave some out`];
}

function modelFaults(models: readonly LoopModelShape[]): string[] {
  try {
    declaredModelsText(declaredModels(models));
    return [];
  } catch (error) {
    if (error instanceof RangeError) return error.message.split("\n");
    throw error;
  }
}

function scheduleFaults(property: string, value: string | undefined): string[] {
  if (value === undefined || /^(cron|rate)\([^()]+\)$/.test(value)) return [];
  return [`${property} is ${JSON.stringify(value)}; EventBridge Scheduler reads cron(...) or rate(...): write it as ${DEFAULT_WEEKLY}`];
}

/** Alarms of the loop are `<environment>-<loop>-<subject>-…`, those of a model `<environment>-<model>-<rule>-…`. */
function sharedNameFaults(loop: string, models: readonly LoopModelShape[]): string[] {
  const subjects = [...RULE_NAMES, ...Object.values(HEALTH_ALARMS).map(({ subject }) => subject)];
  const clash = models.some(({ name }) => name === loop || subjects.some((subject) => `${loop}-${subject}` === name));
  return clash
    ? [`loop is ${JSON.stringify(loop)}; a model of that name would share the names of its alarms: rename the loop or the model`]
    : [];
}
