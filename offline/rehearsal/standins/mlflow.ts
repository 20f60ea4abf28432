/** MLflow's REST interface 2.0, as far as the registry asks it; away for as long as the scenario says. */
import { jsonReply, NotRehearsedError, type OutsideReply, type OutsideRequest, type OutsideService } from "../outside/exchange";
import type { VirtualTime } from "../virtual-time";

interface Tag {
  readonly key: string;
  readonly value: string;
}
interface Version {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly run_id: string;
  readonly creation_timestamp: number;
  readonly tags: Map<string, string>;
}
interface Run {
  readonly id: string;
  readonly experiment: string;
  readonly start: number;
  readonly tags: Map<string, string>;
  readonly metrics: Map<string, number>;
  readonly params: Map<string, string>;
  status: string;
}
interface Model {
  readonly versions: Version[];
  readonly aliases: Map<string, string>;
}

type Given = Readonly<Record<string, unknown>>;
type Call = (given: Given) => unknown;

/** In the server's own words: the client decides by the code. */
class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export class Mlflow {
  private readonly models = new Map<string, Model>();
  private readonly experiments = new Map<string, string>();
  private readonly runs = new Map<string, Run>();
  private isAway = false;

  constructor(
    private readonly time: VirtualTime,
    private readonly host = "mlflow.rehearsal",
  ) {}

  get service(): OutsideService {
    return { host: this.host, answer: (request) => this.answer(request) };
  }

  /** From now on nobody answers but the load balancer, or the server is back. */
  setAway(isAway: boolean): void {
    this.isAway = isAway;
  }

  /** As a person does it in the registry's own pages. */
  pointAlias(model: string, alias: string, version: string): void {
    this.model(model).aliases.set(alias, version);
  }

  aliasesOf(model: string): Record<string, string> {
    return Object.fromEntries(this.models.get(model)?.aliases ?? []);
  }

  versionsOf(model: string): { version: string; source: string; tags: Record<string, string> }[] {
    const versions = this.models.get(model)?.versions ?? [];
    return versions.map(({ version, source, tags }) => ({ version, source, tags: Object.fromEntries(tags) }));
  }

  /** A version that was there before the rehearsal began. */
  declareVersion(model: string, source: string, tags: Readonly<Record<string, string>>, alias?: string): void {
    if (!this.models.has(model)) this.models.set(model, { versions: [], aliases: new Map() });
    const { version } = this.newVersion({ name: model, source, run_id: "before", tags: tagList(tags) });
    if (alias !== undefined) this.pointAlias(model, alias, version);
  }

  private answer({ method, path, body }: OutsideRequest): OutsideReply {
    if (this.isAway)
      return { status: 503, headers: { "content-type": "text/html" }, body: "<html>503 Service Temporarily Unavailable</html>" };
    const [place = "", search = ""] = path.split("?");
    const name = `${method} ${place.replace(/^.*\/api\/2\.0\/mlflow\//, "")}`;
    const call = this.calls[name];
    if (call === undefined) throw new NotRehearsedError(`MLflow ${name}`);
    const given = body === "" ? Object.fromEntries(new URLSearchParams(search)) : (JSON.parse(body) as Given);
    try {
      return { ...jsonReply(call(given) ?? {}), headers: { "content-type": "application/json" } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return {
        ...jsonReply({ error_code: error.code, message: error.message }, error.status),
        headers: { "content-type": "application/json" },
      };
    }
  }

  private readonly calls: Readonly<Record<string, Call>> = {
    "GET registered-models/get": ({ name }) => ({ registered_model: { name, aliases: this.aliasList(text(name)) } }),
    "POST registered-models/create": ({ name }) => {
      if (this.models.has(text(name))) throw exists(`Registered Model (name=${text(name)}) already exists.`);
      this.models.set(text(name), { versions: [], aliases: new Map() });
      return { registered_model: { name } };
    },
    "POST registered-models/alias": ({ name, alias, version }) => {
      this.version(text(name), text(version));
      this.pointAlias(text(name), text(alias), text(version));
    },
    "GET registered-models/alias": ({ name, alias }) => {
      const version = this.model(text(name)).aliases.get(text(alias));
      // MLflow 3 says 400 of an alias that is not there, and 404 of everything else.
      if (version === undefined) throw new Refusal("INVALID_PARAMETER_VALUE", `Registered model alias ${text(alias)} not found.`, 400);
      return { model_version: shown(this.version(text(name), version)) };
    },
    "DELETE registered-models/alias": ({ name, alias }) => void this.model(text(name)).aliases.delete(text(alias)),
    "POST model-versions/create": (given) => ({ model_version: shown(this.newVersion(given)) }),
    "GET model-versions/get": ({ name, version }) => ({ model_version: shown(this.version(text(name), text(version))) }),
    "POST model-versions/set-tag": ({ name, version, key, value }) =>
      void this.version(text(name), text(version)).tags.set(text(key), text(value)),
    "GET model-versions/search": ({ filter }) => {
      const [, name] = /name='([^']*)'/.exec(text(filter)) ?? [];
      const [, run] = /run_id='([^']*)'/.exec(text(filter)) ?? [];
      const versions = this.models.get(name ?? "")?.versions ?? [];
      return { model_versions: versions.filter(({ run_id }) => run === undefined || run_id === run).map(shown) };
    },
    "GET experiments/get-by-name": ({ experiment_name }) => {
      const id = this.experiments.get(text(experiment_name));
      if (id === undefined) throw absent(`Could not find experiment with name '${text(experiment_name)}'`);
      return { experiment: { experiment_id: id, name: experiment_name } };
    },
    "POST experiments/create": ({ name }) => {
      if (this.experiments.has(text(name))) throw exists(`Experiment '${text(name)}' already exists.`);
      this.experiments.set(text(name), String(this.experiments.size + 1));
      return { experiment_id: this.experiments.get(text(name)) };
    },
    "POST runs/search": ({ experiment_ids, filter }) => {
      const [, key, value] = /^tags\.`([^`]+)` = '([^']*)'$/.exec(text(filter)) ?? [];
      if (key === undefined) throw new NotRehearsedError(`MLflow's filter ${text(filter)}`);
      const found = [...this.runs.values()].filter(
        (run) => (experiment_ids as string[]).includes(run.experiment) && run.tags.get(key) === value,
      );
      return { runs: found.map(({ id, status }) => ({ info: { run_id: id, status } })) };
    },
    "POST runs/create": ({ experiment_id, start_time, tags }) => {
      const id = `mlflow-run-${this.runs.size + 1}`;
      const run: Run = {
        ...{ id, experiment: text(experiment_id), start: Number(start_time), tags: tagMap(tags), status: "RUNNING" },
        ...{ metrics: new Map(), params: new Map() },
      };
      this.runs.set(id, run);
      return { run: { info: { run_id: id, status: run.status } } };
    },
    "POST runs/log-batch": ({ run_id, metrics = [], params = [] }) => {
      const run = this.run(text(run_id));
      for (const { key, value } of metrics as { key: string; value: number }[]) run.metrics.set(key, value);
      for (const { key, value } of params as Tag[]) {
        const before = run.params.get(key);
        if (before !== undefined && before !== value)
          throw new Refusal("INVALID_PARAMETER_VALUE", `Changing param values is not allowed: ${key}`, 400);
        run.params.set(key, value);
      }
    },
    "POST runs/update": ({ run_id, status }) => {
      const run = this.run(text(run_id));
      run.status = text(status);
      return { run_info: { run_id: run.id, status: run.status } };
    },
    "POST runs/set-tag": ({ run_id, key, value }) => void this.run(text(run_id)).tags.set(text(key), text(value)),
  };

  /** Each call makes one more: nothing in MLflow keeps the same source from being registered twice. */
  private newVersion({ name, source, run_id, tags }: Given): Version {
    const { versions } = this.model(text(name));
    const version: Version = {
      ...{ name: text(name), version: String(versions.length + 1), source: text(source), run_id: text(run_id) },
      ...{ creation_timestamp: this.time.now(), tags: tagMap(tags) },
    };
    versions.push(version);
    return version;
  }

  private model(name: string): Model {
    const model = this.models.get(name);
    if (model === undefined) throw absent(`Registered Model with name=${name} not found`);
    return model;
  }

  private version(name: string, version: string): Version {
    const found = this.model(name).versions.find((each) => each.version === version);
    if (found === undefined) throw absent(`Model Version (name=${name}, version=${version}) not found`);
    return found;
  }

  private run(id: string): Run {
    const run = this.runs.get(id);
    if (run === undefined) throw absent(`Run '${id}' not found`);
    return run;
  }

  private aliasList(name: string): { alias: string; version: string }[] {
    return [...this.model(name).aliases].map(([alias, version]) => ({ alias, version }));
  }
}

function shown({ tags, ...version }: Version): object {
  return { ...version, tags: [...tags].map(([key, value]) => ({ key, value })), status: "READY" };
}

function tagMap(tags: unknown): Map<string, string> {
  return new Map(((tags ?? []) as Tag[]).map(({ key, value }) => [key, value]));
}

function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

function absent(message: string): Refusal {
  return new Refusal("RESOURCE_DOES_NOT_EXIST", message, 404);
}

function exists(message: string): Refusal {
  return new Refusal("RESOURCE_ALREADY_EXISTS", message, 400);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
