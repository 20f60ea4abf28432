/** MLflow's REST interface, version 2.0, as far as the loop uses it: one method for each of its calls. */
import { z } from "zod";
import { jsonIn } from "../../domain/json";
import { instant, type Instant } from "../../domain/time";
import type { Alias, StoredVersion, VersionTags } from "../../domain/registry/model-version";
import { RegistryAwayError } from "../../ports/registry";
import { callHttp, JSON_HEADERS, type HttpReply, type HttpRequest } from "../http-json";
import type { MlflowAccess } from "./mlflow-access";

export interface MlflowServer {
  /** `https://mlflow.example.com`, with a path where it is served under one. */
  url: string;
  access: MlflowAccess;
}

const tagSchema = z.object({ key: z.string(), value: z.string().default("") });
/** Lists that are empty are left out, and 64-bit numbers are numbers or texts: both as Protobuf's JSON has it. */
const listOf = <T extends z.ZodType>(item: T) => z.array(item).default([]);

const versionSchema = z
  .object({
    name: z.string(),
    version: z.coerce.string(),
    creation_timestamp: z.coerce.number(),
    source: z.string().default(""),
    tags: listOf(tagSchema),
  })
  .transform(({ name, version, creation_timestamp, source, tags }): StoredVersion => ({
    ...{ model: name, version, source, createdAt: instant(creation_timestamp) },
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
  }));

const aliasSchema = z.object({ alias: z.string(), version: z.coerce.string() });
const runSchema = z.object({ info: z.object({ run_id: z.string() }) });

const errorSchema = z.object({ error_code: z.string(), message: z.string().default("") });

/** MLflow understood, and says no. */
class MlflowRefusal extends Error {
  override readonly name = "MlflowRefusal";

  constructor(
    path: string,
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(`MLflow answers ${path} with ${status} ${code}: ${message.slice(0, 300)}`);
  }
}

export interface NewMlflowRun {
  name: string;
  startedAt: Instant;
  endedAt: Instant;
  tags: VersionTags;
  parameters: Record<string, string>;
  metrics: Record<string, number>;
}

/** Values of parameters in MLflow's database (6,000 since 2.8); keys of either kind have 250 characters. */
const LONGEST = { parameter: 6_000, key: 250 };

/** Of `runs/log-batch`: 1,000 metrics and 100 parameters in one request (MLflow REST reference, 2026). */
const BATCH = { metrics: 1_000, parameters: 100 };

/** Of one page; MLflow itself allows 200,000, SageMaker's less. */
const PAGE = 200;

export class MlflowClient {
  constructor(private readonly server: MlflowServer) {}

  /** Versions by alias; undefined where there is no such model. */
  async aliases(model: string): Promise<Record<string, string> | undefined> {
    const schema = z.object({ registered_model: z.object({ aliases: listOf(aliasSchema) }) });
    const found = await this.unlessAbsent(this.get("registered-models/get", { name: model }, schema));
    return found && Object.fromEntries(found.registered_model.aliases.map(({ alias, version }) => [alias, version]));
  }

  async createModel(model: string): Promise<void> {
    await this.unlessThere(this.post("registered-models/create", { name: model }, z.unknown()));
  }

  async version(model: string, version: string): Promise<StoredVersion | undefined> {
    // Of a version that is no number, MLflow says that the parameter is wrong.
    if (!/^[1-9][0-9]{0,15}$/.test(version)) return undefined;
    const schema = z.object({ model_version: versionSchema });
    return (await this.unlessAbsent(this.get("model-versions/get", { name: model, version }, schema)))?.model_version;
  }

  /** Oldest first. */
  async versions(model: string, mlflowRun?: string): Promise<StoredVersion[]> {
    const filter = `name='${model}'${mlflowRun === undefined ? "" : ` and run_id='${mlflowRun}'`}`;
    const schema = z.object({ model_versions: listOf(versionSchema), next_page_token: z.string().optional() });
    const found: StoredVersion[] = [];
    let token = "";
    do {
      const page = await this.get(
        "model-versions/search",
        { filter, max_results: String(PAGE), ...(token !== "" && { page_token: token }) },
        schema,
      );
      found.push(...page.model_versions);
      token = page.next_page_token ?? "";
    } while (token !== "");
    return found.sort((one, other) => Number(one.version) - Number(other.version));
  }

  async createVersion(model: string, mlflowRun: string, source: string, tags: VersionTags): Promise<StoredVersion> {
    const body = { name: model, source, run_id: mlflowRun, tags: tagList(tags) };
    return (await this.post("model-versions/create", body, z.object({ model_version: versionSchema }))).model_version;
  }

  async tagVersion(model: string, version: string, key: string, value: string): Promise<void> {
    await this.post("model-versions/set-tag", { name: model, version, key, value }, z.unknown());
  }

  async point(model: string, alias: Alias, version: string): Promise<void> {
    await this.post("registered-models/alias", { name: model, alias, version }, z.unknown());
  }

  async drop(model: string, alias: Alias): Promise<void> {
    await this.unlessAbsent(this.call("DELETE", "registered-models/alias", { name: model, alias }, undefined, z.unknown()));
  }

  /** By its name: the same again is the same experiment. */
  async experiment(name: string): Promise<string> {
    const byName = z.object({ experiment: z.object({ experiment_id: z.string() }) });
    const find = () => this.unlessAbsent(this.get("experiments/get-by-name", { experiment_name: name }, byName));
    const found = await find();
    if (found !== undefined) return found.experiment.experiment_id;
    const made = await this.unlessThere(this.post("experiments/create", { name }, z.object({ experiment_id: z.string() })));
    if (made !== undefined) return made.experiment_id;
    const another = await find();
    if (another === undefined) throw new Error(`MLflow has an experiment ${name} and does not find it; it may be deleted: restore it`);
    return another.experiment.experiment_id;
  }

  /** The oldest run with the tag, so that two who create at once come to agree. */
  async runTagged(experiment: string, key: string, value: string): Promise<string | undefined> {
    const body = {
      ...{ experiment_ids: [experiment], filter: `tags.\`${key}\` = '${value}'` },
      ...{ order_by: ["attributes.start_time ASC", "attributes.run_id ASC"], max_results: 1 },
    };
    return (await this.post("runs/search", body, z.object({ runs: listOf(runSchema) }))).runs[0]?.info.run_id;
  }

  async createRun(experiment: string, { name, startedAt, tags }: NewMlflowRun): Promise<string> {
    const body = { experiment_id: experiment, run_name: name, start_time: Date.parse(startedAt), tags: tagList(tags) };
    return (await this.post("runs/create", body, z.object({ run: runSchema }))).run.info.run_id;
  }

  /** The same again changes nothing: MLflow takes a parameter twice where its value is the same, and keeps one of equal metrics. */
  async logRun(mlflowRun: string, { parameters, metrics, endedAt }: NewMlflowRun): Promise<void> {
    const timestamp = Date.parse(endedAt);
    const numbers = Object.entries(metrics).map(([key, value]) => ({ key: key.slice(0, LONGEST.key), value, timestamp, step: 0 }));
    const texts = Object.entries(parameters).map(([key, value]) => ({
      key: key.slice(0, LONGEST.key),
      value: value.slice(0, LONGEST.parameter),
    }));
    const log = (batch: object) => this.post("runs/log-batch", { run_id: mlflowRun, ...batch }, z.unknown());
    for (const some of pages(numbers, BATCH.metrics)) await log({ metrics: some });
    for (const some of pages(texts, BATCH.parameters)) await log({ params: some });
    await this.post("runs/update", { run_id: mlflowRun, status: "FINISHED", end_time: timestamp }, z.unknown());
  }

  private get<T>(path: string, query: Record<string, string>, schema: z.ZodType<T>): Promise<T> {
    return this.call("GET", path, undefined, query, schema);
  }

  private post<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T> {
    return this.call("POST", path, body, undefined, schema);
  }

  private async call<T>(
    method: HttpRequest["method"],
    path: string,
    body: object | undefined,
    query: Record<string, string> | undefined,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const url = new URL(`${this.server.url.replace(/\/$/, "")}/api/2.0/mlflow/${path}`);
    // A blank as %20, for which a signature holds; URLSearchParams would send a plus.
    url.search = Object.entries(query ?? {})
      .map((pair) => pair.map(encodeURIComponent).join("="))
      .join("&");
    const text = body === undefined ? undefined : JSON.stringify(body);
    const request = await this.server.access.authorised(url, {
      ...{ method, headers: { accept: "application/json", ...(text !== undefined && JSON_HEADERS) } },
      ...(text !== undefined && { body: text }),
    });
    const reply = await callHttp("MLflow", url.href, request).catch((error: unknown) => {
      throw new RegistryAwayError((error as Error).message);
    });
    return this.read(path, reply, schema);
  }

  private read<T>(path: string, { ok, status, text }: HttpReply, schema: z.ZodType<T>): T {
    const body = jsonIn(text);
    if (ok && body !== undefined) return schema.parse(body);
    if (status === 401 || status === 403) {
      this.server.access.forget();
      // Also where its list of allowed hosts lacks the name by which we call it; its answer says which.
      throw new RegistryAwayError(`MLflow turns us away with ${status}: ${text.slice(0, 200)}`);
    }
    const said = errorSchema.safeParse(body).data;
    if (said === undefined || status === 429 || status >= 500 || said.error_code === "TEMPORARILY_UNAVAILABLE") {
      throw new RegistryAwayError(`MLflow answers ${path} with ${status}: ${text.slice(0, 200)}`);
    }
    throw new MlflowRefusal(path, status, said.error_code, said.message);
  }

  /** Of a missing alias MLflow 3 says 400 INVALID_PARAMETER_VALUE, of everything else that is missing 404. */
  private unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
    return unlessRefused(answer, ["RESOURCE_DOES_NOT_EXIST"]);
  }

  private unlessThere<T>(answer: Promise<T>): Promise<T | undefined> {
    return unlessRefused(answer, ["RESOURCE_ALREADY_EXISTS"]);
  }
}

async function unlessRefused<T>(answer: Promise<T>, codes: readonly string[]): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof MlflowRefusal && codes.includes(error.code)) return undefined;
    throw error;
  });
}

function tagList(tags: VersionTags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

function pages<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) => items.slice(page * size, (page + 1) * size));
}
