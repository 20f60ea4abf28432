/** Everything that a run of a loop finds around it: data and jobs, the registry with what serves, the cluster, its users, and what is measured of them. */
import fs from "node:fs";
import path from "node:path";
import { PACKAGE_ROOT } from "../../package-root";
import { featureOrderHash } from "../../../lambdas/domain/packages/description";
import { ALIASES } from "../../../lambdas/domain/registry/model-version";
import type { ModelSpec } from "../../../lambdas/domain/run/model-spec";
import type { Scores } from "../../../lambdas/domain/run/steps";
import { stageMetricData } from "../standins/stage-metrics";
import type { Pods } from "../standins/pods";
import type { World } from "../world";
import { bringServing } from "./serving-platform";
import { bringTraining } from "./training-platform";
import type { RunPlace } from "./trained-models";
import { RELEASE_BEFORE, Users } from "./users";

export interface PlatformStory {
  /** Virtual milliseconds of a query, and of a job. */
  readonly queryTakes: number;
  readonly jobTakes: number;
  readonly interruptions: number;
  readonly failing: Readonly<Record<string, string>>;
  readonly scores: Partial<Scores>;
  readonly servingScores: Partial<Scores>;
  readonly verifiedLabels: number;
  readonly rows?: number;
  readonly metricsMissing?: boolean;
  /** Whether the trained model's own answers are not those of what can be served of it. @default false */
  readonly answersDiffer?: boolean;
  /** Whether what serves reads the features in another order. @default false */
  readonly featuresMoved?: boolean;
  /** Whether nothing serves yet. */
  readonly firstDay: boolean;
  /** Percent of users whom the challenger answers. */
  readonly challengerShare: number;
}

export interface Platform {
  readonly users: Users;
  /** Absent where nothing is served. */
  readonly pods?: Pods;
}

const EXAMPLES = path.join(PACKAGE_ROOT, "examples/models");
const ARCHIVES = { xgboost: path.join(EXAMPLES, "xgboost/model.tar.gz"), catboost: path.join(EXAMPLES, "catboost/model.tar.gz") };

/** Why no run of it can be played, as a clause; undefined where one can. */
export function unplayable({ specs }: Pick<RunPlace, "specs">): string | undefined {
  const [spec, ...others] = specs;
  if (spec === undefined) return "no model of the loop is trained";
  if (others.length > 0) return `the loop trains ${specs.length} models, and the rehearsal can train one`;
  if (!Object.values(ARCHIVES).every((archive) => fs.existsSync(archive))) return "the package's example models are not there";
  return undefined;
}

export async function bringPlatform(world: World, place: RunPlace, story: PlatformStory): Promise<Platform> {
  const [spec] = place.specs;
  if (spec === undefined) throw new Error("no model of the loop is trained");
  world.s3.put(place.document.place, place.document.text);
  world.outside.add({ ...world.mlflow.service, host: new URL(place.registryUrl).host });
  if (place.prometheusUrl !== undefined) world.outside.add({ ...world.prometheus.service, host: new URL(place.prometheusUrl).host });
  const variantShare = (variant: string) => (variant === "challenger" ? story.challengerShare : 100 - story.challengerShare) / 100;
  world.prometheus.variantShare = variantShare;
  world.cloudWatch.metricData = stageMetricData(world.traffic, variantShare);
  await bringTraining(world, spec, story, ARCHIVES);
  if (!story.firstDay) registerBefore(world, spec, story);
  const users = new Users(world.time, world.traffic);
  if (spec.serving === undefined) return { users };
  const { challengerShare, firstDay } = story;
  return { users, pods: bringServing(world, spec, { challengerShare, ...(!firstDay && { serves: RELEASE_BEFORE }) }) };
}

/** As a promotion would have left it. */
function registerBefore({ mlflow }: World, { model, variants, data }: ModelSpec, { featuresMoved = false }: PlatformStory): void {
  const features = data.features.map(({ name }) => name);
  const folder = `s3://before/${model}/`;
  const of = (beginning: string, value: (kind: string) => string) =>
    Object.fromEntries(variants.map((variant) => [`${beginning}.${variant.model}`, value(variant.kind)]));
  const tags = {
    ...{ lifecycle: "production", validation_status: "passed", approval_status: "approved", semantic_version: "1.0.0" },
    ...{ run: RELEASE_BEFORE, release: RELEASE_BEFORE, model_card: `${folder}model-card.yaml` },
    feature_order_sha256: featureOrderHash(featuresMoved ? features.reverse() : features),
    ...{ ...of("model", () => folder), ...of("kind", (kind) => kind) },
  };
  mlflow.declareVersion(model, folder, tags, ALIASES.champion);
}
