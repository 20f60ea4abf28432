/** A cluster's API server: objects by their path, read and patched as the loop does it. What acts on a change is told of it. */
import { jsonReply, NotRehearsedError, type OutsideReply, type OutsideRequest, type OutsideService } from "../outside/exchange";
import type { Journal } from "../journal";
import { apply, type KubernetesObject, mergePatch, ownedBy, type Owners } from "./field-owners";

export const CLUSTER_ENDPOINT = "https://0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com";

interface Stored {
  object: KubernetesObject;
  readonly owners: Owners;
}

/** `/apis/apps/v1/namespaces/models/deployments/router`. */
export type Path = string;

export class Kubernetes {
  private readonly stored = new Map<Path, Stored>();
  private readonly listeners: ((path: Path) => void)[] = [];
  private version = 100;
  /** Called before a patch is looked at: what somebody else does between a read and a write. */
  beforePatch: (path: Path) => void = () => undefined;
  /** Whether somebody may: a reason why not. */
  forbidden: (verb: string, path: Path) => string | undefined = () => undefined;

  constructor(private readonly journal: Journal) {}

  declare(path: Path, object: KubernetesObject, manager = "pulumi"): void {
    this.stored.set(path, { object: this.versioned(object, 1), owners: ownedBy(manager, object) });
  }

  get(path: Path): KubernetesObject | undefined {
    return this.stored.get(path)?.object;
  }

  /** As controllers write: status belongs to nobody, and endpoints to theirs. */
  set(path: Path, change: (object: KubernetesObject) => KubernetesObject): void {
    const known = this.stored.get(path);
    if (known !== undefined) known.object = this.versioned(change(known.object), generationOf(known.object));
  }

  remove(path: Path): void {
    this.stored.delete(path);
  }

  changed(listener: (path: Path) => void): void {
    this.listeners.push(listener);
  }

  get service(): OutsideService {
    return {
      host: "kubernetes.rehearsal",
      answers: (host) => /\.eks\.amazonaws\.com$/.test(host) && !host.startsWith("eks."),
      answer: (request) => this.answer(request),
    };
  }

  private answer({ method, path: asked, headers, body }: OutsideRequest): OutsideReply {
    const [path = "", search = ""] = asked.split("?");
    const query = new URLSearchParams(search);
    const authorised = /^Bearer k8s-aws-v1\./.test(headers["authorization"] ?? "");
    if (!authorised) return status(401, "Unauthorized", "Unauthorized");
    const verb = { GET: "get", PATCH: "patch" }[method];
    if (verb === undefined) throw new NotRehearsedError(`Kubernetes ${method} ${path}`);
    const reason = this.forbidden(verb, path);
    if (reason !== undefined) return status(403, "Forbidden", reason);
    if (method === "PATCH") return this.patched(path, headers["content-type"] ?? "", query, JSON.parse(body) as KubernetesObject);
    const found = this.stored.get(path)?.object;
    if (found !== undefined) return ok(found);
    const inside = [...this.stored].filter(([each]) => each.startsWith(`${path}/`) && !each.slice(path.length + 1).includes("/"));
    if (inside.length > 0 || COLLECTION.test(path))
      return ok({ kind: "List", items: inside.map(([, { object }]) => object).filter(labelled(query.get("labelSelector"))) });
    return notFound(path);
  }

  private patched(path: Path, type: string, query: URLSearchParams, patch: KubernetesObject): OutsideReply {
    this.beforePatch(path);
    const manager = query.get("fieldManager") ?? "unknown";
    const known = this.stored.get(path);
    if (known === undefined) return notFound(path);
    const { resourceVersion } = (patch["metadata"] ?? {}) as { resourceVersion?: string };
    if (resourceVersion !== undefined && resourceVersion !== versionOf(known.object)) {
      const said = `Operation cannot be fulfilled on ${path.split("/").slice(-2).join(" ")}: the object has been modified; please apply your changes to the latest version and try again`;
      return status(409, "Conflict", said);
    }
    const before = known.object;
    if (type.startsWith("application/apply-patch+yaml")) {
      if (!query.has("fieldManager")) return status(400, "BadRequest", "fieldManager is required for apply patch");
      const { object, conflicts } = apply(before, known.owners, patch, manager, query.get("force") === "true");
      if (conflicts.length > 0) {
        const each = conflicts.map(({ manager: other, path: field }) => `conflict with "${other}": ${field}`);
        return status(
          409,
          "Conflict",
          `Apply failed with ${conflicts.length} conflict${conflicts.length === 1 ? "" : "s"}: ${each.join(", ")}`,
        );
      }
      known.object = object;
    } else if (type.startsWith("application/merge-patch+json")) known.object = mergePatch(before, known.owners, patch, manager);
    else throw new NotRehearsedError(`Kubernetes' patches of ${type}`);
    const isSame = JSON.stringify(withoutVersion(before)) === JSON.stringify(withoutVersion(known.object));
    // A write that changes nothing leaves the version as it is.
    if (isSame) known.object = before;
    else {
      const spec = JSON.stringify(before["spec"]) === JSON.stringify(known.object["spec"]) ? 0 : 1;
      known.object = this.versioned(known.object, generationOf(before) + spec);
      this.journal.note(manager, "cluster.changed", { path });
      for (const listener of this.listeners) listener(path);
    }
    return ok(known.object);
  }

  private versioned(object: KubernetesObject, generation: number): KubernetesObject {
    const metadata = object["metadata"] as KubernetesObject | undefined;
    return { ...object, metadata: { ...metadata, resourceVersion: String(++this.version), generation } };
  }
}

const COLLECTION = /\/(configmaps|deployments|pods|endpointslices|scaledobjects|services)$/;

function labelled(selector: string | null): (object: KubernetesObject) => boolean {
  const wanted = (selector ?? "").split(",").filter((part) => part !== "");
  return (object) => {
    const { labels = {} } = (object["metadata"] ?? {}) as { labels?: Record<string, string> };
    return wanted.every((part) => {
      const [name = "", value] = part.split(/==?/);
      return value === undefined ? name in labels : labels[name] === value;
    });
  };
}

function withoutVersion(object: KubernetesObject): unknown {
  const { resourceVersion: _version, generation: _generation, ...metadata } = (object["metadata"] ?? {}) as KubernetesObject;
  return { ...object, metadata };
}

function versionOf(object: KubernetesObject): string {
  return (object["metadata"] as { resourceVersion: string }).resourceVersion;
}

function generationOf(object: KubernetesObject): number {
  return (object["metadata"] as { generation?: number }).generation ?? 1;
}

function ok(object: KubernetesObject): OutsideReply {
  return { ...jsonReply(object), headers: { "content-type": "application/json" } };
}

function notFound(path: Path): OutsideReply {
  const [kind = "", name = ""] = path.split("/").slice(-2);
  return status(404, "NotFound", `${kind} "${name}" not found`);
}

function status(code: number, reason: string, message: string): OutsideReply {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
  return { ...jsonReply(body, code), headers: { "content-type": "application/json" } };
}
