/**
 * One contract, three registries: ours in memory, MLflow's recorded answers, and a real server where one is named.
 *
 * To record anew: MODELLOOP_MLFLOW_URL of an empty server, MODELLOOP_MLFLOW_RECORD=1, then run this file.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mlflowRegistry } from "../../../../lambdas/adapters/mlflow/mlflow-registry";
import { openAccess } from "../../../../lambdas/adapters/mlflow/mlflow-access";
import { minutesAfter } from "../../../../lambdas/domain/time";
import type { ModelRegistry, NewCandidate, PromoteRequest } from "../../../../lambdas/ports/registry";
import { NOW } from "../../domain/examples";
import { MemoryArtifacts, MemoryRegistry } from "../../support/memory-registry";
import { MlflowRecording } from "../../support/mlflow-recording";

const URL_OF_SERVER = process.env["MODELLOOP_MLFLOW_URL"];
const RECORDS = URL_OF_SERVER !== undefined && process.env["MODELLOOP_MLFLOW_RECORD"] === "1";

interface Backend {
  title: string;
  skipped: boolean;
  /** Names of models begin with it: a real server keeps those of the runs before. */
  prefix: string;
  open: (artifacts: MemoryArtifacts) => Promise<{ registry: ModelRegistry; close: () => Promise<void> }>;
}

const BACKENDS: Backend[] = [
  {
    title: "in memory",
    skipped: false,
    prefix: "m",
    open: (artifacts) => Promise.resolve({ registry: new MemoryRegistry(artifacts), close: () => Promise.resolve() }),
  },
  {
    title: "by MLflow's recorded answers",
    skipped: RECORDS,
    prefix: "m",
    async open(artifacts) {
      const recording = await MlflowRecording.replayed();
      return { registry: mlflowRegistry({ url: recording.url, access: openAccess }, artifacts), close: () => recording.close() };
    },
  },
  {
    title:
      URL_OF_SERVER === undefined
        ? "in a real MLflow server (skipped: MODELLOOP_MLFLOW_URL names none)"
        : `in the MLflow server at ${URL_OF_SERVER}`,
    skipped: URL_OF_SERVER === undefined,
    prefix: RECORDS ? "m" : `m${Date.now().toString(36)}`,
    async open(artifacts) {
      if (!RECORDS) {
        const server = { url: URL_OF_SERVER ?? "", access: openAccess };
        return { registry: mlflowRegistry(server, artifacts), close: () => Promise.resolve() };
      }
      const recording = await MlflowRecording.of(URL_OF_SERVER);
      return { registry: mlflowRegistry({ url: recording.url, access: openAccess }, artifacts), close: () => recording.close() };
    },
  },
];

const approval = { status: "approved", by: ["arn:aws:iam::123456789012:role/ml-lead"], comments: "looked at the groups" } as const;

describe.each(BACKENDS)("M1 R9 a registry $title", ({ skipped, prefix, open }) => {
  const test = skipped ? it.skip : it;
  const artifacts = new MemoryArtifacts();
  let registry: ModelRegistry;
  let close = () => Promise.resolve();
  beforeAll(async () => {
    if (!skipped) ({ registry, close } = await open(artifacts));
  });
  afterAll(() => close());

  function candidate(model: string, number: number): NewCandidate {
    const source = `s3://artifacts/${model}/run-${number}/`;
    const manifest = `s3://releases/${model}/run-${number}/manifest.json`;
    for (const file of [`${source}MLmodel`, `${source}model-card.yaml`, `${source}anomaly_xgboost/xgboost.ubj`, manifest]) {
      artifacts.files.set(file, "x");
    }
    return {
      ...{ model, run: `${model}-manual-${number}`, semanticVersion: `1.${number}.0`, release: `${model}-run-${number}`, source },
      ...{ releaseManifest: manifest, models: { anomaly_xgboost: `${source}anomaly_xgboost/` }, modelCard: `${source}model-card.yaml` },
      ...{ kinds: { anomaly_xgboost: "xgboost" }, featureOrderSha256: "a".repeat(64) },
      ...{ datasetVersion: "2026-02-16..2026-03-01", trigger: "data-drift: PSI 0.31", parameters: { "anomaly_xgboost.max_depth": "6" } },
      ...{ metrics: { "anomaly_xgboost.f1": 0.91, holdout_rows: 120_000 }, startedAt: NOW, now: minutesAfter(NOW, number) },
    };
  }

  async function registered(model: string, number: number): Promise<string> {
    const outcome = await registry.registerCandidate(candidate(model, number));
    if (outcome.kind !== "registered") throw new Error(outcome.kind);
    return outcome.version.version;
  }

  function promotion(model: string, version: string, expected?: string): PromoteRequest {
    return { model, version, ...(expected !== undefined && { expected }), approval, now: minutesAfter(NOW, 60) };
  }

  test("knows nothing on the first day of a model", async () => {
    const model = `${prefix}-first-day`;
    expect([await registry.champion(model), await registry.version(model, "1"), await registry.versions(model)]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    expect(await registry.promote(promotion(model, "1"))).toEqual({ kind: "unknown-version" });
  });

  // MLflow makes a new version of each request; a step that is tried again would fill the registry with twins.
  test("R2 takes the same run twice for one version, and tells what it is", async () => {
    const model = `${prefix}-twice`;
    const wanted = candidate(model, 1);
    const first = await registry.registerCandidate(wanted);
    expect(first).toMatchObject({ kind: "registered", found: false });
    const again = await registry.registerCandidate({ ...wanted, now: minutesAfter(NOW, 9) });
    expect(again).toEqual({ ...first, found: true });
    const { startedAt: _s, now: _n, parameters: _p, metrics: _m, datasetVersion: _d, trigger: _t, ...known } = wanted;
    expect(await registry.versions(model)).toEqual([
      { ...known, version: "1", status: "candidate", createdAt: expect.any(String) as string },
    ]);
  });

  test("registers nothing whose files are not there", async () => {
    const wanted = candidate(`${prefix}-nothing-there`, 1);
    artifacts.files.delete(`${wanted.source}anomaly_xgboost/xgboost.ubj`);
    expect(await registry.registerCandidate(wanted)).toEqual({ kind: "files-gone", uri: `${wanted.source}anomaly_xgboost/` });
    expect(await registry.versions(wanted.model)).toEqual([]);
  });

  test("R9 promotes: the alias moves, the old version is archived, and again it is the same", async () => {
    const model = `${prefix}-promoted`;
    const one = await registered(model, 1);
    expect(await registry.promote(promotion(model, one))).toEqual({ kind: "promoted" });
    expect(await registry.promote(promotion(model, one))).toEqual({ kind: "promoted" });
    const two = await registered(model, 2);
    expect(await registry.promote(promotion(model, two, one))).toEqual({ kind: "promoted", previous: one });
    expect(await registry.promote(promotion(model, two, one))).toEqual({ kind: "promoted", previous: one });
    expect(await registry.champion(model)).toMatchObject({ version: two, status: "production", deployedAt: minutesAfter(NOW, 60) });
    expect((await registry.versions(model)).map(({ version, status }) => [version, status])).toEqual([
      [two, "production"],
      [one, "archived"],
    ]);
  });

  // A person has put another version there meanwhile: what the run was judged against does not serve any more.
  test("R9 does not move an alias that somebody else has moved", async () => {
    const model = `${prefix}-moved`;
    const [one, two, three] = [await registered(model, 1), await registered(model, 2), await registered(model, 3)];
    await registry.promote(promotion(model, one));
    expect(await registry.promote(promotion(model, two))).toEqual({ kind: "moved", champion: one });
    await registry.promote(promotion(model, two, one));
    expect(await registry.promote(promotion(model, three, one))).toEqual({ kind: "moved", champion: two });
    expect(await registry.restore({ model, from: three, to: one, reason: "worse", now: NOW })).toEqual({ kind: "moved", champion: two });
    expect((await registry.champion(model))?.version).toBe(two);
  });

  test("R3 a rejected version is never promoted, and registering its run again wakes it not", async () => {
    const model = `${prefix}-rejected`;
    const one = await registered(model, 1);
    const reason = "F1 0.79 is not above 0.85";
    expect(await registry.reject({ model, version: one, reason, by: [], now: NOW })).toEqual({ kind: "rejected" });
    expect(await registry.reject({ model, version: one, reason, by: [], now: NOW })).toEqual({ kind: "rejected" });
    expect(await registry.promote(promotion(model, one))).toEqual({ kind: "not-eligible", status: "rejected" });
    expect(await registry.registerCandidate(candidate(model, 1))).toMatchObject({ version: { status: "rejected" }, found: true });
    expect(await registry.reject({ model, version: "77", reason, by: [], now: NOW })).toEqual({ kind: "unknown-version" });
  });

  test("R4 notes who approved a version that nobody rolls out", async () => {
    const model = `${prefix}-packaged`;
    const version = await registered(model, 1);
    expect(await registry.approve({ model, version, approval, now: NOW })).toEqual({ kind: "approved" });
    expect(await registry.version(model, version)).toMatchObject({ status: "candidate" });
    expect(await registry.approve({ model, version: "9", approval, now: NOW })).toEqual({ kind: "unknown-version" });
    await registry.promote(promotion(model, version));
    expect(await registry.approve({ model, version, approval, now: NOW })).toEqual({ kind: "not-eligible", status: "production" });
  });

  test("R9 what serves cannot be rejected", async () => {
    const model = `${prefix}-serving`;
    const one = await registered(model, 1);
    await registry.promote(promotion(model, one));
    expect(await registry.reject({ model, version: one, reason: "late", by: [], now: NOW })).toEqual({
      kind: "not-eligible",
      status: "production",
    });
  });

  test("O5 goes back to any version that has served, and to no other", async () => {
    const model = `${prefix}-back`;
    const [one, two, three] = [await registered(model, 1), await registered(model, 2), await registered(model, 3)];
    await registry.promote(promotion(model, one));
    await registry.promote(promotion(model, two, one));
    const now = minutesAfter(NOW, 120);
    const back = { model, from: two, to: one, reason: "wrong for night traffic", now };
    expect(await registry.restore({ ...back, to: three })).toEqual({ kind: "not-eligible", status: "candidate" });
    expect(await registry.restore({ ...back, to: "99" })).toEqual({ kind: "unknown-version" });
    expect([await registry.restore(back), await registry.restore(back)]).toEqual([{ kind: "restored" }, { kind: "restored" }]);
    expect(await registry.champion(model)).toMatchObject({ version: one, status: "production", deployedAt: now });
    expect(await registry.version(model, two)).toMatchObject({ status: "archived" });
  });

  test("O5 neither promotes nor goes back where the release's files are gone", async () => {
    const model = `${prefix}-gone`;
    const [one, two] = [await registered(model, 1), await registered(model, 2)];
    await registry.promote(promotion(model, one));
    await registry.promote(promotion(model, two, one));
    const uri = `s3://releases/${model}/run-1/manifest.json`;
    artifacts.files.delete(uri);
    expect(await registry.restore({ model, from: two, to: one, reason: "x", now: NOW })).toEqual({ kind: "files-gone", uri });
    const three = await registered(model, 3);
    artifacts.files.delete(`s3://releases/${model}/run-3/manifest.json`);
    expect(await registry.promote(promotion(model, three, two))).toMatchObject({ kind: "files-gone" });
    expect((await registry.champion(model))?.version).toBe(two);
  });
});

describe("an MLflow server that does not answer as it should", () => {
  let server: Server;
  let answer: { status: number; body: string };
  beforeAll(async () => {
    server = createServer((_, response) => response.writeHead(answer.status).end(answer.body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => server.close());

  async function fault(status: number, body: string, close = false): Promise<string> {
    answer = { status, body };
    const port = close ? 1 : (server.address() as AddressInfo).port;
    const registry = mlflowRegistry({ url: `http://127.0.0.1:${port}/`, access: openAccess }, new MemoryArtifacts());
    return registry.champion("m").then(
      () => "no fault",
      (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
    );
  }

  // Taken for "there is no champion", an hour of MLflow down would be the first day of every model.
  it.each([
    ["is away", 0, "", "RegistryAwayError: MLflow does not answer: TypeError"],
    ["is overloaded", 429, "slow down", "RegistryAwayError: MLflow answers registered-models/get with 429: slow down"],
    ["is restarting", 503, "<html>", "RegistryAwayError: MLflow answers registered-models/get with 503: <html>"],
    ["is not there but a proxy", 404, "<html>", "RegistryAwayError: MLflow answers registered-models/get with 404: <html>"],
    ["does not know us", 403, "Invalid Host header", "RegistryAwayError: MLflow turns us away with 403: Invalid Host header"],
    [
      "refuses",
      400,
      '{"error_code":"INVALID_PARAMETER_VALUE","message":"bad name"}',
      "MlflowRefusal: MLflow answers registered-models/get with 400 INVALID_PARAMETER_VALUE: bad name",
    ],
  ])("one that %s is never taken for an empty one", async (_, status, body, said) => {
    expect(await fault(status, body, status === 0)).toBe(said);
  });

  it("knows that a model is not there only from MLflow's own word", async () => {
    expect(await fault(404, '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"not found"}')).toBe("no fault");
  });
});
