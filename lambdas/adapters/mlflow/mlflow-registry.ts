import { ALIASES, ownVersion, tagsOfCandidate, type ModelVersion, type StoredVersion } from "../../domain/registry/model-version";
import {
  planApproval,
  planPromotion,
  planRejection,
  planRestoration,
  type Aliases,
  type RegistryWrite,
} from "../../domain/registry/version-changes";
import { sha256 } from "../../domain/sha256";
import type { Artifacts, FilesGone, ModelRegistry, NewCandidate } from "../../ports/registry";
import { MlflowClient, type MlflowServer, type NewMlflowRun } from "./mlflow-client";

/** Finds the MLflow run of a run of the loop again. */
const RUN_TAG = "modelloop.run";

export function mlflowRegistry(server: MlflowServer, artifacts: Artifacts): ModelRegistry {
  const client = new MlflowClient(server);

  async function write(model: string, writes: readonly RegistryWrite[]): Promise<void> {
    for (const each of writes) {
      switch (each.kind) {
        case "tag":
          await tagAll(client, model, each);
          break;
        case "point":
          await client.point(model, each.alias, each.version);
          break;
        case "drop":
          await client.drop(model, each.alias);
          break;
      }
    }
  }

  async function read(model: string, version: string): Promise<{ aliases: Aliases; target: ModelVersion | undefined }> {
    const stored = await client.version(model, version);
    return { aliases: (await client.aliases(model)) ?? {}, target: stored && ownVersion(stored) };
  }

  return {
    async champion(model) {
      const version = (await client.aliases(model))?.[ALIASES.champion];
      const stored = version === undefined ? undefined : await client.version(model, version);
      if (stored === undefined) return undefined;
      const own = ownVersion(stored);
      if (own !== undefined) return own;
      throw new Error(
        `the champion of ${model} is version ${stored.version}, which no loop has registered: its release is not known. ` +
          `Give the alias ${ALIASES.champion} to a version of a loop, or delete it to begin anew`,
      );
    },

    async version(model, version) {
      const stored = await client.version(model, version);
      return stored && ownVersion(stored);
    },

    async versions(model) {
      return ownOf(await client.versions(model)).reverse();
    },

    async registerCandidate(candidate) {
      const { model, source } = candidate;
      const gone = await firstGone(artifacts, [`${source}MLmodel`, candidate.modelCard, ...Object.values(candidate.models)]);
      if (gone !== undefined) return gone;
      await client.createModel(model);
      const mlflowRun = await runOf(client, candidate);
      const [before] = ownOf(await client.versions(model, mlflowRun));
      if (before === undefined) await client.createVersion(model, mlflowRun, source, tagsOfCandidate(candidate));
      // Read again: of two who create at once both take the older one.
      const [version] = before === undefined ? ownOf(await client.versions(model, mlflowRun)) : [before];
      if (version === undefined) throw new Error(`MLflow has registered a version of ${model}, and does not find it: try again`);
      if (version.status === "candidate") await client.point(model, "candidate", version.version);
      return { kind: "registered", version, found: before !== undefined };
    },

    async promote(request) {
      const { model, version, expected } = request;
      const { aliases, target } = await read(model, version);
      const plan = planPromotion(aliases, target, request);
      if (plan.kind !== "do") return plan;
      const gone = await firstGone(artifacts, target?.releaseManifest === undefined ? [] : [target.releaseManifest]);
      if (gone !== undefined) return gone;
      await write(model, plan.writes);
      return { kind: "promoted", ...(expected !== undefined && { previous: expected }) };
    },

    async approve(request) {
      const plan = planApproval((await read(request.model, request.version)).target, request);
      if (plan.kind !== "do") return plan;
      await write(request.model, plan.writes);
      return { kind: "approved" };
    },

    async reject(request) {
      const { aliases, target } = await read(request.model, request.version);
      const plan = planRejection(aliases, target, request);
      if (plan.kind !== "do") return plan;
      await write(request.model, plan.writes);
      return { kind: "rejected" };
    },

    async restore(request) {
      const { aliases, target } = await read(request.model, request.to);
      const plan = planRestoration(aliases, target, request);
      if (plan.kind !== "do") return plan;
      const gone = await firstGone(artifacts, target?.releaseManifest === undefined ? [] : [target.releaseManifest]);
      if (gone !== undefined) return gone;
      await write(request.model, plan.writes);
      return { kind: "restored" };
    },
  };
}

/** A version that is gone has no tags to be set; its end needs no words. */
async function tagAll(client: MlflowClient, model: string, { version, tags }: Extract<RegistryWrite, { kind: "tag" }>): Promise<void> {
  const known = (await client.version(model, version))?.tags;
  if (known === undefined) return;
  for (const [key, value] of Object.entries(tags)) if (known[key] !== value) await client.tagVersion(model, version, key, value);
}

function ownOf(stored: readonly StoredVersion[]): ModelVersion[] {
  return stored.flatMap((each) => ownVersion(each) ?? []);
}

async function firstGone(artifacts: Artifacts, uris: readonly string[]): Promise<FilesGone | undefined> {
  for (const uri of uris) if (!(await artifacts.exists(uri))) return { kind: "files-gone", uri };
  return undefined;
}

/** Found before it is made; what it is to hold is written again where it was found, since whoever made it may not have come so far. */
async function runOf(client: MlflowClient, candidate: NewCandidate): Promise<string> {
  const { model, run, startedAt, now, parameters, metrics, datasetVersion, trigger } = candidate;
  const experiment = await client.experiment(`modelloop/${model}`);
  const wanted: NewMlflowRun = {
    ...{ name: run, startedAt, endedAt: now, metrics },
    tags: { [RUN_TAG]: run, dataset_version: datasetVersion, trigger: trigger.slice(0, 5_000) },
    parameters: { ...parameters, dataset_version: datasetVersion, parameters_sha256: digest(parameters) },
  };
  const found = await client.runTagged(experiment, RUN_TAG, run);
  if (found === undefined) await client.createRun(experiment, wanted);
  const mlflowRun = found ?? (await client.runTagged(experiment, RUN_TAG, run));
  if (mlflowRun === undefined) throw new Error(`MLflow has made a run for ${run}, and does not find it: try again`);
  await client.logRun(mlflowRun, wanted);
  return mlflowRun;
}

/** MLflow cuts long values: what was trained with is still told from what was not. */
function digest(parameters: Record<string, string>): string {
  return sha256(JSON.stringify(Object.entries(parameters).sort())).slice(0, 16);
}
