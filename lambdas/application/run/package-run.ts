/** Makes the release of a run from the archive that was judged. Tried again, it comes to the same release; another one of its name is refused. */
import { MANIFEST_FILE } from "../../domain/packages/manifest";
import { type Packaged, packageRequestSchema } from "../../domain/run/steps";
import type { ModelArchives } from "../../ports/model-archives";
import type { ReleaseStore } from "../../ports/releases";
import { tell, type TellingLoop } from "./tell";
import { type ModelSource, packageRelease, type ReleaseTools } from "../packages/package-release";

export interface PackagingLoop extends TellingLoop, Omit<ReleaseTools, "store"> {
  archives: ModelArchives;
  /** The releases below a folder. */
  storeAt(place: string): ReleaseStore;
  /** Folder of the releases of models that are not served, with the slash. */
  releases: string;
}

export async function packageRun(request: unknown, loop: PackagingLoop): Promise<Packaged> {
  const { plan, archive } = packageRequestSchema.parse(request);
  const { spec, release, run, champion } = plan;
  const place = spec.serving?.releases ?? loop.releases;
  const sources = await sourcesOf(
    archive,
    spec.variants.map(({ model }) => model),
    loop.archives,
  );
  const order = { release, ...(champion?.featureOrderSha256 !== undefined && { featureOrderSha256: champion.featureOrderSha256 }) };
  const outcome =
    typeof sources === "string"
      ? { kind: "refused" as const, faults: [sources] }
      : await packageRelease({ ...order, sources }, { runner: loop.runner, hash: loop.hash, store: loop.storeAt(place) });
  const answer: Packaged =
    outcome.kind === "refused"
      ? { kind: "refused", faults: outcome.faults }
      : {
          ...{ kind: "released", release, manifest: `${place}${release}/${MANIFEST_FILE}` },
          models: outcome.manifest.variants.flatMap(({ models }) => models),
        };
  const [reason, values] =
    answer.kind === "released"
      ? [`${release} lies ready at ${answer.manifest}`, { models: answer.models.join(" ") }]
      : [`${run} cannot be packaged: ${answer.faults.join("; ")}`, { faults: answer.faults.length }];
  await tell({ event: "run.packaged", model: spec.model, run, reason, values: { kind: answer.kind, release, ...values } }, loop);
  return answer;
}

/** Of each variant the files in its folder of the archive. */
async function sourcesOf(archive: string, models: readonly string[], archives: ModelArchives): Promise<ModelSource[] | string> {
  const read = await archives.read(archive);
  if (read.kind === "unreadable") return read.reason;
  return models.map((model) => ({
    origin: `${archive}: ${model}`,
    files: new Map(
      [...read.files].flatMap(([path, content]) => (path.startsWith(`${model}/`) ? [[path.slice(model.length + 1), content]] : [])),
    ),
  }));
}
