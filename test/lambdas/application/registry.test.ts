import { answerRegistry, RegistrationRefusedError } from "../../../lambdas/application/registry";
import type { Judgement, Registered, RunPlan } from "../../../lambdas/domain/run/steps";
import { ADA, BOB } from "../domain/approvals/examples";
import { NOW } from "../domain/examples";
import { evaluation, modelSpec, RUN, runPlan } from "../domain/run/examples";
import { MemoryArtifacts, MemoryRegistry } from "../support/memory-registry";
import { TestWorld, THE_MODEL } from "../support/test-loop";

const serving = { namespace: "triton", server: "anomaly", router: "router", releases: "s3://releases/" };
const judgement: Judgement = {
  ...{ kind: "passed", needsApproval: [], semanticVersion: "1.5.0", reason: "every gate passed", evaluation: evaluation() },
  gates: [
    { model: "anomaly_xgboost", gate: "f1 > 0.85", value: 0.93, limit: 0.85, outcome: "passed", verifiedLabels: 20_000, reason: "0.93" },
  ],
};

class Place {
  readonly artifacts = new MemoryArtifacts();
  /** Writes to the registry until it dies; never by default. */
  writesLeft = Infinity;
  readonly registry = new MemoryRegistry(this.artifacts, () => {
    if (this.writesLeft-- <= 0) throw new Error("died");
  });

  private constructor(
    readonly world: TestWorld,
    readonly plan: RunPlan,
  ) {
    const folder = `${plan.artifacts}jobs/evaluation/output/`;
    this.artifacts.files.set(`${folder}model.tar.gz`, "x");
    this.artifacts.files.set(`s3://releases/${plan.release}/manifest.json`, "x");
  }

  static async make(change: Partial<RunPlan> = {}): Promise<Place> {
    const { champion: _none, ...plan } = runPlan();
    return new Place(await TestWorld.make(), { ...plan, spec: modelSpec({ serving }), ...change });
  }

  ask(request: object) {
    return answerRegistry(request, { ...this.world.loop, registry: this.registry, artifacts: this.artifacts });
  }

  register(change: object = {}) {
    const archive = `${this.plan.artifacts}jobs/evaluation/output/model.tar.gz`;
    return this.ask({ do: "register-candidate", plan: this.plan, archive, judgement, startedAt: NOW, ...change }) as Promise<Registered>;
  }

  close(registered: Registered, outcome: string, change: object = {}) {
    return this.ask({ do: "close", plan: this.plan, registered, outcome, reason: `the run was ${outcome}`, ...change });
  }

  async told(): Promise<(string | undefined)[][]> {
    return (await this.world.trail()).map(({ event, version, user }) => [event, version, user]);
  }
}

describe("R5 R9 a run registers", () => {
  it("what it has trained, with its card beside it, and is told the version", async () => {
    const at = await Place.make();
    expect(await at.register()).toEqual({ version: "1", semanticVersion: "1.5.0", release: at.plan.release });
    expect([...at.artifacts.files.keys()].filter((uri) => uri.startsWith(at.plan.artifacts)).sort()).toEqual([
      `${at.plan.artifacts}MLmodel`,
      `${at.plan.artifacts}jobs/evaluation/output/model.tar.gz`,
      `${at.plan.artifacts}model-card.yaml`,
    ]);
    const folder = `${at.plan.artifacts}jobs/evaluation/output/`;
    expect(await at.registry.version("log-anomaly", "1")).toMatchObject({
      ...{ run: RUN, release: at.plan.release, modelCard: `${at.plan.artifacts}model-card.yaml`, source: at.plan.artifacts },
      ...{ releaseManifest: `s3://releases/${at.plan.release}/manifest.json`, kinds: { anomaly_xgboost: "xgboost" } },
      models: { anomaly_xgboost: folder, anomaly_catboost: folder },
    });
    expect(at.registry.aliasesOf("log-anomaly")).toEqual({ candidate: "1" });
    expect(await at.world.trail()).toMatchObject([
      {
        ...{ event: "model.registered", version: "1", user: "modelloop" },
        values: { run: RUN, "anomaly_xgboost f1 > 0.85": "passed: 0.93 against 0.85" },
      },
    ]);
  });

  it("once, however often it is tried", async () => {
    const at = await Place.make();
    const first = await at.register();
    at.world.pass(0.1);
    expect(await at.register()).toEqual(first);
    expect(await at.registry.versions("log-anomaly")).toHaveLength(1);
    expect(await at.told()).toHaveLength(1);
  });

  it.each<[string, (at: Place) => Promise<unknown>, (at: Place) => string]>([
    [
      "what failed a gate, whatever step was skipped",
      (at) => at.register({ judgement: { ...judgement, kind: "failed", reason: "f1 0.7 is not above 0.85" } }),
      () => `${RUN} failed its gates (f1 0.7 is not above 0.85); what failed is not registered: start another run`,
    ],
    [
      "what is not there",
      (at) => {
        at.artifacts.files.clear();
        return at.register();
      },
      (at) => `${RUN} cannot be registered: ${at.plan.artifacts}jobs/evaluation/output/ is not there; start another run`,
    ],
    [
      "what was rejected before",
      async (at) => {
        await at.close(await at.register(), "rejected");
        return at.register();
      },
      () => `${RUN} is registered as version 1 already, and that one is rejected: its fate is decided, start another run`,
    ],
  ])("never %s", async (_, work, message) => {
    const at = await Place.make();
    await expect(work(at)).rejects.toEqual(new RegistrationRefusedError(message(at)));
  });

  // Taken for refused, an hour without MLflow would end every run; it is thrown, and the workflow tries again.
  it("later, where the registry is away", async () => {
    const at = await Place.make();
    at.registry.away = true;
    await expect(at.register()).rejects.toMatchObject({ name: "RegistryAwayError" });
    at.registry.away = false;
    expect(await at.register()).toMatchObject({ version: "1" });
  });
});

describe("R9 a run closes", () => {
  it("by promotion: the alias moves, the old version is archived, and people can be sent back to either", async () => {
    const at = await Place.make();
    expect(await at.close(await at.register(), "promoted")).toEqual({ kind: "closed" });
    const next = await Place.make();
    next.artifacts.files.forEach((text, uri) => at.artifacts.files.set(uri, text));
    const champion = { version: "1", semanticVersion: "1.5.0", release: "release-1", models: {} };
    const plan = { ...at.plan, run: "log-anomaly-manual-2", champion };
    const two = await at.register({ plan });
    const approval = { kind: "approved", by: [ADA], reason: "looked at the groups" };
    at.world.pass(1);
    await at.close(two, "promoted", { plan, approval });
    expect(at.registry.aliasesOf("log-anomaly")).toEqual({ champion: "2" });
    expect(at.registry.tagsOf("log-anomaly", "2")).toMatchObject({
      ...{ approval_status: "approved", approved_by: ADA, approval_comments: "looked at the groups", lifecycle: "production" },
    });
    expect(at.registry.tagsOf("log-anomaly", "1")).toMatchObject({ lifecycle: "archived", approval_status: "automatic" });
    expect((await at.told()).slice(-3)).toEqual([
      ["model.approved", "2", ADA],
      ["model.archived", "1", "modelloop"],
      ["model.promoted", "2", ADA],
    ]);
    expect(await at.world.ledger.keptVersions(THE_MODEL)).toMatchObject([{ version: "2" }, { version: "1" }]);
  });

  it.each(["rejected", "rolled-back"])("by its being %s: the version is rejected, and nothing else moves", async (outcome) => {
    const at = await Place.make();
    const approval = { kind: "refused", by: [ADA], reason: "no" };
    const registered = await at.register();
    await at.close(registered, outcome, outcome === "rejected" ? { approval } : {});
    expect(at.registry.aliasesOf("log-anomaly")).toEqual({});
    expect(at.registry.tagsOf("log-anomaly", "1")).toMatchObject({
      ...{ lifecycle: "rejected", validation_status: "failed", approval_comments: `the run was ${outcome}` },
      approval_status: outcome === "rejected" ? "refused" : "pending",
    });
    expect((await at.told()).map(([event]) => event).sort()).toEqual(["model.registered", "model.rejected"]);
    expect(await at.world.ledger.keptVersions(THE_MODEL)).toEqual([]);
  });

  // Its parent was aborted, or timed out behind its roll-out: the registry called rejected what everybody had.
  it.each(["rejected", "rolled-back"])("by promotion where it is told to be %s, and everybody has its release", async (outcome) => {
    const at = await Place.make();
    const registered = await at.register();
    const { fence } = await at.world.ledger.trafficView(THE_MODEL);
    const about = { fence, run: RUN, candidate: at.plan.release, champion: "none" };
    await at.world.ledger.recordTraffic(THE_MODEL, { kind: "begun", ...about }, "x", NOW);
    await at.world.ledger.recordTraffic(THE_MODEL, { kind: "promoted", fence, version: at.plan.release, oldSlotKeptHours: 1 }, "x", NOW);
    expect(await at.close(registered, outcome)).toEqual({ kind: "closed" });
    expect(at.registry.aliasesOf("log-anomaly")).toEqual({ champion: "1" });
    expect(at.registry.tagsOf("log-anomaly", "1")).toMatchObject({
      lifecycle: "production",
      approval_comments: `everybody has had ${at.plan.release} since ${NOW}; the run was ${outcome}`,
    });
    expect((await at.told()).map(([event]) => event)).toEqual(expect.arrayContaining(["model.promoted"]));
    expect(await at.world.ledger.keptVersions(THE_MODEL)).toMatchObject([{ version: "1" }]);
  });

  it("with the names of all who let it pass: before the roll-out, and without labels at its end", async () => {
    const at = await Place.make();
    const [approval, withoutLabels] = [
      { kind: "approved", by: [ADA, BOB], reason: "looked at the groups" },
      { kind: "approved", by: [BOB], reason: "labels come late in March" },
    ];
    const registered = await at.register();
    at.world.pass(1);
    await at.close(registered, "promoted", { approval, withoutLabels });
    expect(at.registry.tagsOf("log-anomaly", "1")).toMatchObject({
      ...{ approval_status: "approved", approved_by: `${ADA} ${BOB}` },
      approval_comments: "looked at the groups; labels come late in March",
    });
    expect((await at.told()).slice(-2).map(([, , user]) => user)).toEqual([BOB, BOB]);
  });

  it("with the name of who would not promote it without labels", async () => {
    const at = await Place.make();
    const [approval, withoutLabels] = [
      { kind: "approved", by: [ADA], reason: "good" },
      { kind: "refused", by: [BOB], reason: "not without labels" },
    ];
    const registered = await at.register();
    at.world.pass(1);
    await at.close(registered, "rolled-back", { approval, withoutLabels });
    expect(at.registry.tagsOf("log-anomaly", "1")).toMatchObject({ approval_status: "refused", approved_by: BOB });
    expect((await at.told()).at(-1)).toEqual(["model.rejected", "1", BOB]);
  });

  it("packaged: approved, and a candidate still", async () => {
    const at = await Place.make();
    await at.close(await at.register(), "packaged");
    expect(at.registry.aliasesOf("log-anomaly")).toEqual({ candidate: "1" });
    expect(at.registry.tagsOf("log-anomaly", "1")).toMatchObject({ lifecycle: "candidate", approval_status: "automatic" });
  });

  // The step is tried again after a death at any write: nothing may be told twice, and nothing left half.
  it("to the same end, whatever write it died at", async () => {
    for (const outcome of ["promoted", "rejected", "packaged"]) {
      for (let writes = 0; writes < 6; writes++) {
        const at = await Place.make();
        const registered = await at.register();
        at.writesLeft = writes;
        await at.close(registered, outcome).catch(() => undefined);
        at.writesLeft = Infinity;
        at.world.pass(0.1);
        expect(await at.close(registered, outcome)).toEqual({ kind: "closed" });
        const whole = await Place.make();
        await whole.close(await whole.register(), outcome);
        expect(at.registry.aliasesOf("log-anomaly")).toEqual(whole.registry.aliasesOf("log-anomaly"));
        expect((await at.told()).sort()).toEqual((await whole.told()).sort());
      }
    }
  });

  it("to the same end, whatever call to the ledger or the notices it died at", async () => {
    for (let call = 1; ; call++) {
      for (const when of ["before", "after"] as const) {
        const at = await Place.make();
        const registered = await at.register();
        const died = await at.world.dying({ call, when }, () => at.close(registered, "promoted"));
        if (!died) return expect(call).toBeGreaterThan(4);
        at.world.pass(0.1);
        expect(await at.close(registered, "promoted")).toEqual({ kind: "closed" });
        expect((await at.told()).map(([event]) => event).sort()).toEqual(["model.approved", "model.promoted", "model.registered"]);
        expect(await at.world.ledger.keptVersions(THE_MODEL)).toHaveLength(1);
      }
    }
  });

  // Users are on the new release already: silence would leave the registry saying that they are on the old one.
  it("and wakes a person where somebody has moved the alias meanwhile", async () => {
    const at = await Place.make();
    const registered = await at.register();
    at.registry.point("log-anomaly", "champion", "99");
    const reason =
      `${RUN} ended promoted, and the registry does not follow: ` +
      "somebody has moved the alias champion to version 99 meanwhile: give it to the version that serves";
    expect(await at.close(registered, "promoted")).toEqual({ kind: "refused", reason });
    expect(at.world.notices).toMatchObject([{ page: true, title: "log-anomaly: the registry and the traffic disagree" }]);
    expect(await at.told()).toContainEqual(["model.disagreement", "1", "modelloop"]);
    expect(at.registry.aliasesOf("log-anomaly").champion).toBe("99");
  });
});

// The version was deleted by hand, or somebody has tidied up the bucket: users are on the release already.
it.each<[string, (at: Place, registered: Registered) => Registered, string]>([
  [
    "whose version is gone",
    (_at, registered) => ({ ...registered, version: "7" }),
    "version 7 is not in the registry, or no loop has registered it: somebody has deleted it, or its tags",
  ],
  [
    "whose files are gone",
    (at, registered) => {
      at.artifacts.files.delete(`s3://releases/${at.plan.release}/manifest.json`);
      return registered;
    },
    "is not there: what serves cannot be served again, so keep its pods until it is brought back",
  ],
])("R9 P4 a promotion %s is refused, recorded, and wakes a person; the alias stays", async (_what, change, fault) => {
  const at = await Place.make();
  const registered = change(at, await at.register());
  const reason = expect.stringContaining(fault) as string;
  expect(await at.close(registered, "promoted")).toEqual({ kind: "refused", reason });
  expect((await at.world.trail()).filter(({ event }) => event === "model.disagreement")).toMatchObject([
    { version: registered.version, reason },
  ]);
  expect([at.world.notices.at(-1)?.page, at.registry.aliasesOf("log-anomaly").champion]).toEqual([true, undefined]);
});

it("fails for what is no request", async () => {
  const at = await Place.make();
  await expect(at.ask({ do: "burn" })).rejects.toMatchObject({ name: "ZodError" });
});
