/** The loop of a plan, played: what would be deployed is what is rehearsed, and nothing beside it. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ModelLoop, type ModelLoopArgs } from "../../../../components";
import { LoopMode } from "../../../../components/learning/model-loop/model-loop";
import { zip } from "../../../../components/learning/model-loop/deterministic-zip.cdk";
import type { Work } from "../../../../offline/commands/pipeline";
import { rehearsalText } from "../../../../offline/commands/rehearsal-text";
import { palette } from "../../../../offline/commands/terminal";
import { redactedRecording } from "../../../../offline/plan/redaction";
import { cast } from "../../../../offline/rehearsal/environment/cast";
import { recordedLoops, type RecordedLoop } from "../../../../offline/rehearsal/environment/recorded-loop";
import { playbillOf } from "../../../../offline/rehearsal/environment/playbill";
import { playAct, type PlayedAct, withoutName } from "../../../../offline/rehearsal/environment/rehearse-plan";
import { sceneOf } from "../../../../offline/rehearsal/environment/scene";
import { REHEARSAL_STEP } from "../../../../offline/rehearsal/environment/step";
import { entriesOf, unpacked } from "../../../../offline/rehearsal/environment/unpacked";
import { readScenario, scenarioFiles } from "../../../../offline/rehearsal/scenarios/files";
import type { Scenario } from "../../../../offline/rehearsal/scenarios/schema";
import { rehearsalSection } from "../../../../offline/report/rehearsal-section";
import { NEVER_RUN } from "../../../../offline/verify/record";
import { statesOf, loopSubjects } from "../../../../offline/verify/subject";
import { CHECKS, verify } from "../../../../offline/verify/verify";
import { planOf } from "../../../components/shared/plan-of";
import { recording } from "../../plan/hand-made";
import { fakeAws, simulated } from "../../verify/fake-aws";

jest.setTimeout(240_000);

const SCENARIOS = path.resolve(__dirname, "../../../../scenarios");
const scenario = (name: string): string => path.join(SCENARIOS, `${name}.yaml`);

const arn = (service: string, name: string): string => `arn:aws:${service}:us-east-1:123456789012:${name}`;

function planned(args: Partial<ModelLoopArgs>) {
  const common = {
    environment: "dev",
    models: [{ name: "fraud" }],
    channels: { emailAddresses: ["ml@example.com"] },
    assetsBucketName: "assets",
  };
  return planOf(() => new ModelLoop("loop", { ...common, ...args }));
}

const acting: Partial<ModelLoopArgs> = {
  models: [{ name: "fraud", mode: LoopMode.Act }],
  channels: {
    slackWebhookSecretArn: arn("secretsmanager", "secret:slack-abcdef"),
    pagerDutySecretArn: arn("secretsmanager", "secret:pager-abcdef"),
  },
  retrainingFunctionArn: arn("lambda", "function:train"),
  trafficQueueArn: arn("sqs", "orders"),
};

describe("a loop that is found in a plan", () => {
  it("is what its own functions will be told, with everything around it that was given", async () => {
    const [loop] = recordedLoops((await planned(acting)).recording.resources);
    expect(loop).toMatchObject({
      environment: "dev",
      models: [{ model: "fraud", line: "fraud", mode: "act" }],
      channels: ["slack", "pagerduty"],
      retrainingArn: acting.retrainingFunctionArn,
      trafficArn: acting.trafficQueueArn,
    });
    expect(loop?.assembly.resources.filter(({ type }) => type === "AWS::CloudWatch::Alarm").length).toBeGreaterThan(20);
  });

  // Staging's weeks are dev's weeks: whoever plans three environments should not wait for the same thing three times.
  it("is equal to that of another environment where their names are all that differs", async () => {
    const loopIn = async (environment: string, mode: LoopMode): Promise<RecordedLoop> => {
      const [loop] = recordedLoops((await planned({ environment, models: [{ name: "fraud", mode }] })).recording.resources);
      if (loop === undefined) throw new Error("no loop");
      return loop;
    };
    const dev = withoutName(await loopIn("dev", LoopMode.Act));
    expect(withoutName(await loopIn("staging", LoopMode.Act))).toBe(dev);
    expect(withoutName(await loopIn("staging", LoopMode.Observe))).not.toBe(dev);
  });
});

describe("a scenario", () => {
  const company = (given: Partial<RecordedLoop> = {}) => ({
    ...{ environment: "dev", models: [{ model: "fraud", line: "cards", mode: "act" as const }], channels: ["slack" as const] },
    ...{ retrainingArn: "train", trafficArn: "orders", ...given },
  });
  const played = (name: string, given: Partial<RecordedLoop> = {}): Scenario => {
    const casting = cast(readScenario(scenario(name)), company(given));
    if (casting.kind !== "cast") throw new Error(casting.reason);
    return casting.scenario;
  };

  it("is played by the models that there are, and promises the same of them", () => {
    const { models, when, then } = played("stop-switch");
    expect(models).toEqual([{ name: "fraud", line: "cards", mode: "act" }]);
    expect(when[1]).toMatchObject({ measure: { model: "fraud" } });
    expect(then).toContainEqual({ runs: { model: "fraud", started: 1 } });
  });

  it("promises of a loop that observes that nothing is done", () => {
    const models = [{ model: "fraud", line: "fraud", mode: "observe" as const }];
    const { then } = played("feedback-twice", { models, channels: [] });
    expect(then).toEqual([
      { audit: { "feedback.trigger": 2 } },
      { runs: { model: "fraud", started: 0 } },
      { untouched: { after: 0, before: 3 * 3_600_000 } },
    ]);
  });

  it("promises of a loop without a function that trains that each run is rejected", () => {
    const { retrainingArn: _none, ...without } = company();
    const casting = cast(readScenario(scenario("slow-drift")), without);
    expect(casting).toMatchObject({ kind: "cast" });
    expect(JSON.stringify(casting)).toContain('{"runs":{"started":1,"model":"fraud","ended":{"rejected":1}}}');
    expect(cast(readScenario(scenario("aborted-run")), without)).toEqual({
      kind: "not-for-this-loop",
      reason: "it wants a function that trains, and there is none",
    });
  });

  it("of a function that does a whole run is not played where a run trains, nor where nothing acts", () => {
    const models = ["one", "other"].map((model) => ({ model, line: model, mode: "act" as const }));
    const about = (given: Partial<RecordedLoop>) => cast(readScenario(scenario("training-fails")), company({ models, ...given }));
    expect(about({})).toMatchObject({ kind: "cast" });
    expect(about({ place: { specs: [] } as never })).toEqual({
      kind: "not-for-this-loop",
      reason: "it wants one function that is the whole of a run, and there is none",
    });
    expect(about({ models: models.map((each) => ({ ...each, mode: "observe" as const })) })).toEqual({
      kind: "not-for-this-loop",
      reason: "it wants a model that acts",
    });
  });

  it("promises nothing of a channel that is not there", () => {
    const channels = (given: RecordedLoop["channels"]) =>
      played("alarm-storm", {
        channels: given,
        models: readScenario(scenario("alarm-storm")).models.map(({ name: model, mode }) => ({ model, line: model, mode })),
      }).then.filter((promise) => "told" in promise).length;
    expect([channels(["slack"]), channels(["slack", "pagerduty"])]).toEqual([0, 1]);
  });

  it("is not played where two models would have to share one, and a storm is played short, which is said", () => {
    const two = readScenario(scenario("slow-drift"));
    const [one] = two.models;
    if (one === undefined) throw new Error("no model");
    const both = {
      ...two,
      models: [one, { ...one, name: "other" }],
      when: [...two.when, ...two.when.map((event) => ({ ...event, measure: { model: "other" } }))],
    };
    expect(cast(both, company())).toEqual({ kind: "not-for-this-loop", reason: "it wants 2 models of lines of their own" });
    expect(cast(readScenario(scenario("alarm-storm")), company())).toMatchObject({ shortened: "30 of its 500 alarms" });
  });
});

describe("code", () => {
  const entry = (name: string, text: string) => ({ name, executable: false, content: Buffer.from(text) });

  it("is unpacked as it was packed, once for each content", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "unpacked-"));
    const file = path.join(folder, "0123.zip");
    fs.writeFileSync(file, zip([entry("index.js", "exports.handler = 1;"), entry("lib/data.json", "{}".repeat(500))]));
    const at = unpacked(file);
    expect(fs.readFileSync(path.join(at, "index.js"), "utf8")).toBe("exports.handler = 1;");
    expect(fs.readFileSync(path.join(at, "lib/data.json"), "utf8")).toHaveLength(1_000);
    expect(unpacked(file)).toBe(at);
    fs.rmSync(folder, { recursive: true });
  });

  // Unpacking is how archives reach files that are none of theirs.
  it("is refused where a file would lie elsewhere, or where it is no archive", () => {
    expect(() => entriesOf(zip([entry("../index.js", "")]))).toThrow(
      new Error("the code holds ../index.js, which leads out of its folder"),
    );
    expect(() => entriesOf(Buffer.from("no archive at all, but long enough"))).toThrow(
      new Error("the code is no archive that the rehearsal can read"),
    );
  });
});

describe("the rehearsal of a plan", () => {
  async function rehearsed(resources: Parameters<typeof playbillOf>[0], files: readonly string[]) {
    const { fit, left } = playbillOf(resources, files);
    const played: PlayedAct[] = [];
    for (const act of fit) played.push(await playAct(act));
    return { played, left };
  }

  it("keeps every promise of a loop that acts, trains and pages", async () => {
    const { resources } = (await planned(acting)).recording;
    const { played, left } = await rehearsed(resources, ["aborted-run", "broken-pipeline"].map(scenario));
    expect(left).toEqual([]);
    expect(played.map(({ rehearsal: { faults, runs }, loop }) => [loop, faults, runs.length])).toEqual([
      ["loop-stack", [], 2],
      ["loop-stack", [], 1],
    ]);
  });

  it("is a step that tells, writes and draws it, and refuses what did not come true", async () => {
    const apply = redactedRecording((await planned({ models: [{ name: "fraud", mode: LoopMode.Act }] })).recording);
    const work = { planned: { apply }, environment: "dev" } as unknown as Work;
    const report = await REHEARSAL_STEP.run(work);
    expect(report).toMatchObject({
      summary: ["2 of 2 scenarios came true, 2.4 virtual days", "4 more: npx modelloop rehearse --environment dev"],
      refusals: [],
    });
    const { files = {} } = report;
    expect(Object.keys(files)).toEqual(["rehearsal/summary.json", "rehearsal/events.ndjson", "rehearsal/audit.ndjson"]);
    expect(JSON.parse(files["rehearsal/summary.json"] ?? "")).toMatchObject({
      environment: "dev",
      played: expect.arrayContaining([expect.objectContaining({ scenario: "slow-drift", playedFor: "dev", faults: [] })]) as unknown,
      left: [
        "aborted-run",
        "bad-canary",
        "challenger-answers-better",
        "challenger-wins",
        "stop-then-abort",
        "training-fails",
        "weekly-during-a-run",
      ].map((name) => ({
        scenario: name,
      })),
    });
    const { rehearsed } = work;
    if (rehearsed === undefined) throw new Error("nothing was rehearsed");
    const text = rehearsalText(rehearsed, palette(false));
    expect(text[0]).toBe("  ✓ A feature drifts slowly, then badly");
    expect(text.join("\n")).toContain("→ a retraining starts");
    expect(text).toContain("  ✓ A broken pipeline looks exactly like drift (1 run: 1 rejected; 24 audit records)");
    expect(text.at(-1)).toBe(
      "  · The weekly retraining comes due while another one runs: not played, it wants a function that trains, and there is none",
    );
    const scenes = rehearsed.played.map(({ rehearsal, playedFor, shortened }) => sceneOf(rehearsal, playedFor, shortened));
    const drift = scenes.find(({ title }) => title.startsWith("A feature drifts"));
    expect(drift?.timeline.lanes.map(({ name }) => name)).toEqual(["data-drift", "decisions", "runs", "told: e-mail"]);
    expect(drift?.timeline.lanes[0]?.bars.map(({ mood }) => mood)).toEqual(["plain", "warn", "bad"]);
    const { text: html } = rehearsalSection({ scenes, left: rehearsed.left, onAws: NEVER_RUN });
    expect(html).toContain("no cloud, no waiting. Never run on AWS: npx modelloop verify-aws holds it against AWS.</p>");
    expect(html.match(/<svg class="timeline"/g)).toHaveLength(2);
    expect(html).toContain("Not played: The weekly retraining comes due");
  });

  // The rehearsal grants everything. What its functions ask for is what their roles must allow, or else the first night on AWS ends in refusals.
  it("asks for nothing that the roles of the template do not allow, and they allow nothing that is not the loop's", async () => {
    const { resources } = (await planned(acting)).recording;
    const loops = await loopSubjects(resources, [scenario("slow-drift")]);
    const [loop] = loops;
    if (loop === undefined) throw new Error("no loop");
    expect(loop.roles.filter(({ needs }) => needs.length > 0).length).toBeGreaterThan(5);
    expect(loop.roles.flatMap(({ needs }) => needs.map(({ action }) => action))).toEqual(
      expect.arrayContaining(["iam:PassRole", "states:StartExecution", "dynamodb:ConditionCheckItem", "sqs:SendMessage"]),
    );
    expect(loop.stack).toMatchObject({
      bucket: "assets",
      capabilities: ["CAPABILITY_IAM"],
      templateKey: expect.stringMatching(/^modelloop\/\w+\.json$/) as string,
    });
    expect(loop.stack.files.map(({ key }) => key)).toContain(loop.stack.templateKey);
    const seen = new Set(loop.attempts.map(({ attempt: { state } }) => state));
    const [machine] = loop.machines;
    expect(statesOf(machine?.definition).filter(([state]) => seen.has(state)).length).toBeGreaterThan(5);
    const checks = CHECKS.filter(({ id }) => id === "roles");
    const { findings } = await verify(loops, fakeAws({ simulate: simulated }), {
      ...{ region: "us-east-1", skip: new Set() },
      checks,
      allowCreate: false,
    });
    expect(findings.filter(({ verdict }) => verdict !== "agrees" && verdict !== "not checked")).toEqual([]);
    expect(findings.filter(({ verdict }) => verdict === "agrees").length).toBeGreaterThan(10);
  });

  // A step that cannot refuse is decoration.
  it("refuses the environment where a promise is broken", async () => {
    const { resources } = (await planned({ models: [{ name: "fraud", mode: LoopMode.Act }] })).recording;
    const [stack] = resources.filter(({ name }) => name === "loop-stack");
    const deaf = JSON.parse(JSON.stringify(resources).replaceAll('\\"Threshold\\": 0.3,', '\\"Threshold\\": 30,')) as typeof resources;
    expect(stack).toBeDefined();
    const { played } = await rehearsed(deaf, [scenario("slow-drift")]);
    expect(played[0]?.rehearsal.faults).toContain("Runs of fraud that started: 0; promised 1.");
  });

  it("is nothing where a program has no loop", async () => {
    const work = { planned: { apply: redactedRecording(recording([])) } } as unknown as Work;
    expect(await REHEARSAL_STEP.run(work)).toEqual({ summary: ["no control loop"] });
  });

  it("knows all scenarios of the package, those of its own ladder and those of the example's", () => {
    const all = scenarioFiles(SCENARIOS).map(readScenario);
    expect(all.filter(({ training }) => training === undefined)).toHaveLength(10);
    expect(all.filter(({ training, stages }) => training !== undefined && stages === "own")).toHaveLength(3);
  });
});
