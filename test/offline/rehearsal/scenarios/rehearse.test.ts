/** What a rehearsal is, and that it finds what is broken on purpose. That the scenarios come true is in `every-scenario.test.ts`. */
import path from "node:path";
import { readScenario } from "../../../../offline/rehearsal/scenarios/files";
import { rehearse, type Rehearsal, type RehearsalOptions } from "../../../../offline/rehearsal/scenarios/rehearse";
import { parseScenario } from "../../../../offline/rehearsal/scenarios/schema";
import { story, storyText, summaryOf } from "../../../../offline/rehearsal/scenarios/story";
import type { OutsideReply, OutsideRequest } from "../../../../offline/rehearsal/outside/exchange";
import type { World } from "../../../../offline/rehearsal/world";

const ROOT = path.resolve(__dirname, "../../../..");
const SCENARIOS = path.join(ROOT, "scenarios");

jest.setTimeout(240_000);

const handlers = path.join(ROOT, "dist/lambdas");

function play(name: string, options: Partial<RehearsalOptions> = {}): Promise<Rehearsal> {
  return rehearse(readScenario(path.join(SCENARIOS, `${name}.yaml`)), { handlers, ...options });
}

describe("a rehearsal", () => {
  it("is the same to the last line for the same seed, and another for another", async () => {
    const [first, again, other] = [
      await play("broken-data", { seed: 4, rough: true }),
      await play("broken-data", { seed: 4, rough: true }),
      await play("broken-data", { seed: 5, rough: true }),
    ];
    expect(again.happenings).toEqual(first.happenings);
    expect(other.happenings).not.toEqual(first.happenings);
  });

  it("is told in a line for each decision", async () => {
    const played = await play("stop-switch");
    const lines = storyText(story(played));
    expect(lines[0]).toMatch(/^Mon 08:10 {2}we migrate the feature store +→ ana stops all automatic action$/);
    expect(lines.map((line) => line.split(" → ")[1])).toEqual(
      expect.arrayContaining(["a retraining waits", "a retraining starts", "the run ended: promoted"]),
    );
    expect(summaryOf(played)).toMatchObject({ title: "A person stops the loop, and lets it go on again", runs: [{ outcome: "promoted" }] });
  });
});

/** What reaches the table when the ledger leaves something out. */
function tamper(world: World, change: (write: Record<string, Write>) => Record<string, Write> | undefined): void {
  const { service } = world.dynamoDb;
  world.outside.add({
    host: "dynamodb",
    answer: (request: OutsideRequest) => {
      const input = JSON.parse(request.body) as { TransactItems?: Record<string, Write>[] };
      if (input.TransactItems === undefined) return service.answer(request);
      const TransactItems = input.TransactItems.map(change).filter((write) => write !== undefined);
      return service.answer({ ...request, body: JSON.stringify({ ...input, TransactItems }) });
    },
  });
}

interface Write {
  Item?: Record<string, unknown>;
  ConditionExpression?: string;
}

// A rehearsal that cannot fail is theatre.
describe("what is broken on purpose is found", () => {
  it("a run's end that nobody hears of", async () => {
    const sabotage: RehearsalOptions["sabotage"] = (world, assembly) => {
      const ends = assembly.resources.find(({ id, type }) => type === "AWS::SQS::Queue" && /RetrainingEndsQueue/.test(id));
      world.sqs.consume(ends?.names.attributes["Arn"] ?? "", 10, () => Promise.resolve([]));
    };
    const { faults } = await play("aborted-run", { sabotage });
    expect(faults).toContain("the audit trail tells of retraining.ended: 1; promised 2.");
  });

  // Whoever aborts a run wants it over, and not the model locked until a lease of six hours has passed.
  it("an aborted run that keeps the lock", async () => {
    const sabotage: RehearsalOptions["sabotage"] = (world, assembly) => {
      const ends = assembly.resources.find(({ id, type }) => type === "AWS::SQS::Queue" && /RetrainingEndsQueue/.test(id));
      const arn = ends?.names.attributes["Arn"] ?? "";
      const send = world.sqs.send.bind(world.sqs);
      world.sqs.send = (queue: string, body: string, ...more) =>
        queue === arn && body.includes('"ABORTED"') ? "lost" : send(queue, body, ...more);
    };
    const { faults } = await play("aborted-run", { sabotage });
    expect(faults).toContain('slack was told about "ended: aborted": 0; promised 1.');
    expect(faults).toContain("the audit trail tells of retraining.ended: 1; promised 2.");
  });

  it("a hand on the traffic while nothing was to be touched, and a run", async () => {
    const touching: RehearsalOptions["sabotage"] = (world, assembly) => {
      const intake = assembly.resources.find(({ id, type }) => type === "AWS::Lambda::Function" && id.includes("Intake"));
      const url = (intake?.properties["Environment"] as { Variables: Record<string, string> }).Variables["TRAFFIC_QUEUE_URL"] ?? "";
      world.time.startAt(world.time.now() + 2 * 3_600_000, () => Promise.resolve(void world.sqs.sendTo(url, "{}")));
    };
    const { faults } = await play("slow-drift", { sabotage: touching });
    expect(faults).toEqual([
      "Traffic was ordered to change at 2026-03-02T10:00:00.000Z, when nothing was to be touched.",
      "Orders to change traffic: 1; promised 0.",
    ]);
    const impatient = readScenario(path.join(SCENARIOS, "slow-drift.yaml"));
    const sooner = { ...impatient, when: impatient.when.map((event) => ({ ...event, at: event.at / 2 })) };
    expect((await rehearse(sooner, { handlers })).faults).toContainEqual(
      expect.stringMatching(/^log-anomaly-data-drift-\S+ started at 2026-03-02T1[0-3]:\S+, when nothing was to be touched\.$/),
    );
  });

  it("an audit trail that is not written", async () => {
    const isAudit = ({ Put }: Record<string, Write>) => JSON.stringify(Put?.Item ?? {}).includes('"retraining.start"');
    const { faults } = await play("slow-drift", { sabotage: (world) => tamper(world, (write) => (isAudit(write) ? undefined : write)) });
    expect(faults).toEqual(["1 runs were started, and the audit trail tells of 0."]);
  });

  it("a trigger that is refused and not kept", async () => {
    const sabotage = (world: World): void => {
      const { service } = world.dynamoDb;
      const answer = async (request: OutsideRequest): Promise<OutsideReply> => {
        const reply = await service.answer(request);
        const forgotten: unknown = JSON.parse(reply.body, (key, value: unknown) => (key === "pending" ? undefined : value));
        return { ...reply, body: JSON.stringify(forgotten) };
      };
      world.outside.add({ host: "dynamodb", answer });
    };
    const { faults } = await play("stop-switch", { sabotage });
    expect(faults).toContain("Runs that started: 0; promised 1.");
  });
});

/** What a storm hides on the way, the calm days after it must show. */
describe("what is broken on purpose is found after a storm too", () => {
  const forgetting = (field: string) => (world: World) => {
    const { service } = world.dynamoDb;
    const answer = async (request: OutsideRequest): Promise<OutsideReply> => {
      const reply = await service.answer(request);
      const forgotten: unknown = JSON.parse(reply.body, (key, value: unknown) => (key === field ? undefined : value));
      return { ...reply, body: JSON.stringify(forgotten) };
    };
    world.outside.add({ host: "dynamodb", answer });
  };

  it.each([["stop-switch"], ["slow-drift"], ["weekly-during-a-run"]])("a trigger that is refused and not kept, in %s", async (name) => {
    expect((await play(name, { rough: true, sabotage: forgetting("pending") })).faults).not.toEqual([]);
  });

  it("a weekly trigger that is not kept while a run is going on", async () => {
    const { faults } = await play("weekly-during-a-run", { sabotage: forgetting("pending") });
    expect(faults).toEqual(["the audit trail tells of retraining.pend: 1; promised at least 3."]);
  });

  it("corrections that are counted as often as their messages come", async () => {
    const isBatch = ({ Put }: Record<string, Write>) => JSON.stringify(Put?.Item ?? {}).includes("BATCH#");
    const sabotage = (world: World) => tamper(world, (write) => (isBatch(write) ? undefined : write));
    expect((await play("feedback-twice", { rough: true, sabotage })).faults).toEqual([
      expect.stringMatching(
        /^2010 corrections of log-anomaly were counted as (20[2-9]|2[1-9]|3)\d+, and asked for \d trainings; each full thousand asks for one\.$/,
      ),
    ]);
  });

  it("alarms whose messages are lost on the way, and never recovered", async () => {
    const sabotage: RehearsalOptions["sabotage"] = (world, assembly) => {
      const queue = assembly.resources.find(({ id, type }) => type === "AWS::SQS::Queue" && /IntakeWorkQueue/.test(id));
      world.sqs.consume(queue?.names.attributes["Arn"] ?? "", 10, () => Promise.resolve([]));
      world.outside.add({ host: "monitoring", answer: () => ({ status: 200, headers: {}, body: "{}" }) });
    };
    const { faults } = await play("slow-drift", { rough: true, sabotage });
    expect(faults).toContainEqual(
      expect.stringMatching(/^\d+ signals were neither answered nor kept, among them rehearsal-log-anomaly-data-drift-\S+ of \S+\.$/),
    );
  });
});

describe("a scenario file", () => {
  const minimal = {
    title: "t",
    because: "b",
    starts: "2026-03-02T08:00:00Z",
    lasts: "1d",
    models: [{ name: "a", mode: "act" }],
    retraining: [{ takes: "1h", outcome: "promoted" }],
    when: [],
    then: [{ runs: { started: 0 } }],
  };

  it("is read with its lengths of time", () => {
    expect(parseScenario("x.yaml", { ...minimal, lasts: "1d 2h 30 min" }).lasts).toBe(26.5 * 3_600_000);
  });

  // One fault a run teaches patience; all of them at once teach the format.
  it("is refused with all its faults at once, in sentences", () => {
    const faulty = { ...minimal, lasts: "soon", when: [{ at: "1h", dance: {} }], then: [{ happiness: 1 }] };
    expect(() => parseScenario("x.yaml", faulty)).toThrow(
      new Error(
        [
          "x.yaml is no scenario:",
          '  - lasts: "soon" is no length of time; write it as 30 min, 2h or 3d 4h',
          "  - when.0: is nothing that can happen; it has at, and one of measure, alert, storm, feedback, retrain, abort run or redrive run; or at or once, and one of stop, resume, drift, collapse, new release, no labels, no registry, router stuck, slot stuck, fails, alias moved, roll back, pause or continue",
          "  - then.0: is nothing that can be promised; it is one of runs, told, audit, untouched, traffic, alarm, first run, climbs, stands, first user, looks, serves, champion, jobs or back within",
        ].join("\n"),
      ),
    );
  });

  // A misspelt step would fail nothing, and the scenario would promise what it never tried.
  it("is refused where a step is to fail that the loop does not have", async () => {
    const scenario = parseScenario("x.yaml", { ...minimal, when: [{ fails: { step: "Train" } }, { fails: { step: "Retrain" } }] });
    await expect(rehearse(scenario, { handlers })).rejects.toThrow(
      new Error(
        [
          '"t" cannot be played with this loop:',
          '  - when.0.fails.step is "Train", and no machine has such a step that can fail; those of retraining are Renew lease, Record start, Retrain, Record failure, Record end: name one of them',
        ].join("\n"),
      ),
    );
  });

  it("is refused where it names a model that it does not declare", () => {
    expect(() => parseScenario("x.yaml", { ...minimal, when: [{ at: "1h", feedback: { model: "b", corrections: 5 } }] })).toThrow(
      new Error('x.yaml is no scenario:\n  - when.0.feedback.model is "b"; the scenario\'s models are a: declare it or correct the name'),
    );
  });
});
