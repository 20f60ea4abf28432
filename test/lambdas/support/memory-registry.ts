/** A registry and its files in memory: the same promises as MLflow's, held by the same tests. */
import { ownVersion, tagsOfCandidate, type ModelVersion, type StoredVersion } from "../../../lambdas/domain/registry/model-version";
import {
  planApproval,
  planPromotion,
  planRejection,
  planRestoration,
  type Aliases,
  type PlannedChange,
} from "../../../lambdas/domain/registry/version-changes";
import { RegistryAwayError, type Artifacts, type FilesGone, type ModelRegistry } from "../../../lambdas/ports/registry";

export class MemoryArtifacts implements Artifacts {
  readonly files = new Map<string, string>();

  exists(uri: string): Promise<boolean> {
    return Promise.resolve([...this.files.keys()].some((each) => (uri.endsWith("/") ? each.startsWith(uri) : each === uri)));
  }

  write(uri: string, text: string): Promise<void> {
    this.files.set(uri, text);
    return Promise.resolve();
  }

  read(uri: string): Promise<string | undefined> {
    return Promise.resolve(this.files.get(uri));
  }
}

interface Shelf {
  aliases: Aliases;
  versions: StoredVersion[];
}

export class MemoryRegistry implements ModelRegistry {
  /** Whether it answers at all. */
  away = false;
  private readonly shelves = new Map<string, Shelf>();

  constructor(
    private readonly artifacts: Artifacts,
    /** Called before each write: may throw, as if whoever writes had died there. */
    private readonly beforeWrite: () => void = () => undefined,
  ) {}

  async champion(model: string): Promise<ModelVersion | undefined> {
    const { champion } = this.shelf(model).aliases;
    return champion === undefined ? undefined : this.version(model, champion);
  }

  version(model: string, version: string): Promise<ModelVersion | undefined> {
    const stored = this.shelf(model).versions.find((each) => each.version === version);
    return Promise.resolve(stored && ownVersion(stored));
  }

  versions(model: string): Promise<ModelVersion[]> {
    return Promise.resolve(
      this.shelf(model)
        .versions.flatMap((each) => ownVersion(each) ?? [])
        .reverse(),
    );
  }

  async registerCandidate(candidate: Parameters<ModelRegistry["registerCandidate"]>[0]) {
    const { model, run, source, modelCard, models, now } = candidate;
    const gone = await this.gone([`${source}MLmodel`, modelCard, ...Object.values(models)]);
    if (gone !== undefined) return gone;
    const shelf = this.shelf(model);
    const found = shelf.versions.some(({ tags }) => tags["run"] === run);
    if (!found) {
      this.beforeWrite();
      const version = String(shelf.versions.length + 1);
      shelf.versions.push({ model, version, source, createdAt: now, tags: tagsOfCandidate(candidate) });
    }
    const own = shelf.versions.flatMap((each) => (each.tags["run"] === run ? (ownVersion(each) ?? []) : []))[0];
    if (own === undefined) throw new Error("a version that was registered is one of ours");
    if (own.status === "candidate") {
      this.beforeWrite();
      shelf.aliases = { ...shelf.aliases, candidate: own.version };
    }
    return { kind: "registered" as const, version: own, found };
  }

  async promote(request: Parameters<ModelRegistry["promote"]>[0]) {
    const { model, version, expected } = request;
    const target = await this.version(model, version);
    const plan = planPromotion(this.shelf(model).aliases, target, request);
    return this.carriedOut(model, target, plan, { kind: "promoted" as const, ...(expected !== undefined && { previous: expected }) });
  }

  async approve(request: Parameters<ModelRegistry["approve"]>[0]) {
    const plan = planApproval(await this.version(request.model, request.version), request);
    if (plan.kind !== "do") return plan;
    this.write(request.model, plan.writes);
    return { kind: "approved" as const };
  }

  async reject(request: Parameters<ModelRegistry["reject"]>[0]) {
    const { model, version } = request;
    const plan = planRejection(this.shelf(model).aliases, await this.version(model, version), request);
    if (plan.kind !== "do") return plan;
    this.write(model, plan.writes);
    return { kind: "rejected" as const };
  }

  async restore(request: Parameters<ModelRegistry["restore"]>[0]) {
    const { model, to } = request;
    const target = await this.version(model, to);
    return this.carriedOut(model, target, planRestoration(this.shelf(model).aliases, target, request), { kind: "restored" as const });
  }

  /** Somebody else, by the registry's own means. */
  point(model: string, alias: keyof Aliases, version: string | undefined): void {
    const shelf = this.shelf(model);
    shelf.aliases = { ...shelf.aliases, [alias]: version };
  }

  aliasesOf(model: string): Aliases {
    return this.shelf(model).aliases;
  }

  tagsOf(model: string, version: string): Record<string, string> {
    return this.shelf(model).versions.find((each) => each.version === version)?.tags ?? {};
  }

  private async carriedOut<Done, Refused>(
    model: string,
    target: ModelVersion | undefined,
    plan: PlannedChange<Refused>,
    done: Done,
  ): Promise<Done | Refused | FilesGone> {
    if (!isPlanned(plan)) return plan;
    const gone = await this.gone(target?.releaseManifest === undefined ? [] : [target.releaseManifest]);
    if (gone !== undefined) return gone;
    this.write(model, plan.writes);
    return done;
  }

  private write(model: string, writes: Extract<PlannedChange<never>, { kind: "do" }>["writes"]): void {
    const shelf = this.shelf(model);
    for (const each of writes) {
      this.beforeWrite();
      if (each.kind === "point") this.point(model, each.alias, each.version);
      else if (each.kind === "drop") this.point(model, each.alias, undefined);
      else
        shelf.versions = shelf.versions.map((one) =>
          one.version === each.version ? { ...one, tags: { ...one.tags, ...each.tags } } : one,
        );
    }
  }

  private async gone(uris: readonly string[]): Promise<FilesGone | undefined> {
    for (const uri of uris) if (!(await this.artifacts.exists(uri))) return { kind: "files-gone", uri };
    return undefined;
  }

  private shelf(model: string): Shelf {
    if (this.away) throw new RegistryAwayError("the registry is away");
    const shelf = this.shelves.get(model) ?? { aliases: {}, versions: [] };
    this.shelves.set(model, shelf);
    return shelf;
  }
}

function isPlanned<Refused>(plan: PlannedChange<Refused>): plan is Extract<PlannedChange<never>, { kind: "do" }> {
  return (plan as { kind: string }).kind === "do";
}
