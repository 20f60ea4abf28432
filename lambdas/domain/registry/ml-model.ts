/**
 * `MLmodel`: what makes a folder a model for MLflow. Its one flavour is our own: the folder holds the archive that the evaluation scored, with
 * all variants of the release in it, and none of MLflow's loaders opens that. Whoever wants a variant in Python unpacks it first.
 */
import type { Instant } from "../time";
import { yamlOf } from "../yaml";

export interface MlModel {
  run: string;
  release: string;
  semanticVersion: string;
  /** Within the folder, or with a scheme where it lies outside. */
  archive: string;
  /** Kind of each variant. */
  variants: Record<string, string>;
  createdAt: Instant;
}

export function mlModelText({ run, release, semanticVersion, archive, variants, createdAt }: MlModel): string {
  return yamlOf({
    // As MLflow writes it itself: a time without a zone.
    utc_time_created: createdAt.replace("T", " ").replace("Z", ""),
    flavors: { modelloop: { schema_version: 1, archive, variants } },
    metadata: { run, release, semantic_version: semanticVersion },
  });
}
