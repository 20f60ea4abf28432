import fc from "fast-check";
import { isUrgent, takeIn } from "../../../lambdas/application/intake";
import { alarmName } from "../../../lambdas/domain/alarm-names";
import { readMessage } from "../../../lambdas/domain/messages/read-message";
import type { RuleName } from "../../../lambdas/domain/rules";
import type { Severity } from "../../../lambdas/domain/severity";
import { hoursAfter, instant } from "../../../lambdas/domain/time";
import { inHours, NOW } from "../domain/examples";
import { body, event, eventNames } from "../support/events";
import { message, TestWorld, THE_MODEL } from "../support/test-loop";

function alarm(rule: RuleName, severity: Severity, change: { at?: string; state?: string; model?: string } = {}): string {
  const { at = NOW, state = "ALARM", model = THE_MODEL.model } = change;
  const name = alarmName({ environment: "dev", model, rule, condition: "any", severity });
  const detail = { alarmName: name, state: { value: state, reason: `${rule} is bad`, timestamp: at } };
  return JSON.stringify({ source: "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", detail });
}

async function take(world: TestWorld, ...bodies: string[]): Promise<TestWorld> {
  for (const text of bodies) await takeIn(message(text), world.loop);
  return world;
}

async function after(...bodies: string[]): Promise<TestWorld> {
  return take(await TestWorld.make(), ...bodies);
}

/** A release that was promoted an hour ago, and one that is being rolled out. */
async function withTraffic(world: TestWorld, rollOut = false): Promise<TestWorld> {
  const { ledger } = world;
  const begun = { kind: "begun", fence: 0, run: "log-anomaly-x", candidate: "3.2.0", champion: "3.1.0" } as const;
  await ledger.recordTraffic(THE_MODEL, begun, "modelloop", inHours(-2));
  if (!rollOut) {
    await ledger.recordTraffic(THE_MODEL, { kind: "promoted", fence: 0, version: "3.2.0", oldSlotKeptHours: 48 }, "modelloop", inHours(-1));
  }
  return world;
}

describe("what each alarm leads to", () => {
  it("A1 drift above 0.3 for an hour starts a retraining with 14 days of data", async () => {
    const world = await after(body("cloudwatch-metric"));
    expect(world.orders).toMatchObject([{ model: "log-anomaly", severity: "critical", windowDays: 14, fence: 1 }]);
    expect(world.notices.map(({ title }) => title)).toEqual([
      "log-anomaly: data-drift is critical",
      `log-anomaly: run ${world.lastRun()} starts`,
    ]);
    expect(await world.events()).toEqual(expect.arrayContaining(["loop.mode", "traffic.record", "retraining.start"]));
  });

  it.each([
    ["A1", "data-drift", 48],
    ["A2", "accuracy-drop", 24],
  ] as const)("%s a warning of %s schedules a retraining within %i hours", async (_, rule, hours) => {
    const world = await after(alarm(rule, "warning"));
    expect(world.orders).toEqual([]);
    expect(world.wakeUps).toEqual([{ model: "log-anomaly", at: inHours(hours) }]);
    expect(await world.pending()).toMatchObject({ reasons: [{ rule, dueAt: inHours(hours) }] });
  });

  it("A2 an accuracy drop of more than 10 percent starts a retraining", async () => {
    expect((await after(alarm("accuracy-drop", "critical"))).orders).toHaveLength(1);
  });

  it("A1 drift that is only to be monitored is written down, and nobody is told", async () => {
    const world = await after(alarm("data-drift", "monitor"));
    expect([world.orders, world.notices, world.wakeUps]).toEqual([[], [], []]);
    expect(await world.events()).toContain("traffic.observe-more-often");
  });

  // A model trained on what a broken pipeline delivers is worse than a stale one.
  it("A3 broken data page, keep every automatic retraining waiting, and let it go on once they are sound", async () => {
    const world = await after(alarm("data-quality", "critical", { at: inHours(-1) }), body("cloudwatch-metric"));
    expect(world.notices[0]).toMatchObject({ page: true, group: "log-anomaly/data-quality" });
    expect(world.orders).toEqual([]);
    expect(world.notices.at(-1)?.title).toBe("log-anomaly: retraining waits (data-quality)");
    world.pass(1);
    await take(world, alarm("data-quality", "critical", { at: world.now, state: "OK" }));
    expect(world.orders).toHaveLength(1);
  });

  it("A3 an all-clear that overtakes its alarm is not undone by it", async () => {
    const world = await after(
      alarm("data-quality", "critical", { at: inHours(0), state: "OK" }),
      alarm("data-quality", "critical", { at: inHours(-1) }),
    );
    await take(world, body("cloudwatch-metric"));
    expect(world.orders).toHaveLength(1);
  });

  it("A4 accuracy below the floor rolls back, pages and retrains, in this order", async () => {
    const world = await take(await withTraffic(await TestWorld.make()), alarm("accuracy-floor", "critical"));
    expect(world.rollBacks).toEqual([
      expect.objectContaining({ subject: THE_MODEL, from: "3.2.0", to: "3.1.0", fence: 1, reason: "accuracy-floor is bad" }),
    ]);
    expect(world.notices[0]).toMatchObject({
      page: true,
      lines: ["rolling back: accuracy-floor is bad", "a person is needed: accuracy-floor is bad"],
    });
    // The roll-back has raised the fence first; the run's is newer.
    expect(world.orders).toMatchObject([{ fence: 2, windowDays: 14 }]);
    expect(await world.events()).toEqual(expect.arrayContaining(["traffic.roll-back", "traffic.page", "retraining.start"]));
  });

  // Somebody must hear that a failing model goes on serving; and the trail must not say that it was taken back.
  it("A4 pages where the loop has nobody to roll back", async () => {
    const world = await take(await withTraffic(await TestWorld.make({ traffic: undefined })), alarm("accuracy-floor", "critical"));
    expect(world.notices[0]).toMatchObject({
      page: true,
      lines: [
        "withheld: not rolled back: this loop has no function that writes traffic; accuracy-floor is bad",
        "a person is needed: accuracy-floor is bad",
      ],
    });
    expect(await world.events()).not.toContain("traffic.roll-back");
    expect((await world.ledger.trafficView(THE_MODEL)).fence).toBe(1);
  });

  it("A5 latency is recorded and told; KEDA scales", async () => {
    const world = await after(alarm("latency", "warning"));
    expect(world.notices).toMatchObject([{ page: false, lines: ["KEDA is to scale: latency is bad; KEDA scales within its bounds"] }]);
    expect(await world.events()).toContain("traffic.record-scaling");
  });

  it("A6 errors pause the roll-out and page", async () => {
    const world = await take(await withTraffic(await TestWorld.make(), true), alarm("error-rate", "critical"));
    expect((await world.ledger.trafficView(THE_MODEL)).rollOut).toMatchObject({ paused: true });
    expect(world.notices).toMatchObject([
      { page: true, lines: ["roll-out paused: error-rate is bad", "a person is needed: error-rate is bad"] },
    ]);
    expect(world.orders).toEqual([]);
  });

  it("A7 an accuracy below 0.80 pages", async () => {
    expect((await after(alarm("accuracy-collapse", "critical"))).notices).toMatchObject([{ page: true }]);
  });

  it("A10 a precision below 0.80 is a warning", async () => {
    const world = await after(alarm("precision", "warning"));
    expect(world.notices).toMatchObject([{ page: false, severity: "warning" }]);
    expect(world.orders).toEqual([]);
  });

  it("R8 alerts of Prometheus lead to the same", async () => {
    const world = await after(body("alertmanager-firing"));
    expect(world.notices.map(({ title, page }) => [title, page])).toEqual([
      ["log-anomaly: latency is warning", false],
      ["log-anomaly: error-rate is critical", true],
    ]);
  });
});

describe("R1 triggers of a retraining", () => {
  it("R1 the weekly schedule starts one with 7 days of data", async () => {
    expect((await after(body("schedule-weekly"))).orders).toMatchObject([{ windowDays: 7, severity: "info" }]);
  });

  it("D4 R1 a thousand corrections start one, and a batch that is delivered twice counts once", async () => {
    const batch = (name: number) => JSON.stringify({ ...event("feedback"), batch: `part-${name}` });
    const world = await after(batch(1), batch(2), batch(2), batch(3));
    expect(world.orders).toEqual([]);
    await take(world, batch(4), batch(4));
    expect(world.orders).toMatchObject([{ windowDays: 7, demand: { reasons: [{ rule: "feedback" }] } }]);
    expect(await world.ledger.untoldFeedback(THE_MODEL)).toEqual([]);
  });

  it("R6 a wake-up starts what has become due meanwhile, and one for nothing does nothing", async () => {
    const world = await after(body("wake-up"), alarm("data-drift", "warning"));
    expect(world.orders).toEqual([]);
    world.pass(48);
    await take(world, body("wake-up"));
    expect(world.orders).toHaveLength(1);
    await take(world, body("wake-up"));
    expect(world.orders).toHaveLength(1);
  });
});

describe("R6 one retraining a model", () => {
  it("R6 starts once for a storm of alarms, and keeps what the others say", async () => {
    const storm = Array.from({ length: 60 }, (_, i) => alarm("data-drift", "critical", { at: instant(Date.parse(NOW) - 1_000 * i) }));
    const world = await after(...storm);
    expect(world.orders).toHaveLength(1);
    expect((await world.pending())?.reasons).toMatchObject([{ rule: "data-drift" }]);
  });

  it("R6 in mode observe, decides, writes down and tells, and touches nothing", async () => {
    const world = await take(
      await TestWorld.make({ models: [{ ...THE_MODEL, mode: "observe" }] }),
      body("cloudwatch-metric"),
      alarm("accuracy-floor", "critical"),
    );
    expect([world.orders, world.rollBacks, world.wakeUps]).toEqual([[], [], []]);
    expect(await world.events()).toEqual(expect.arrayContaining(["retraining.observe-only", "traffic.withhold", "traffic.page"]));
    expect(world.notices.map(({ title }) => title)).toContain("log-anomaly: nothing is done in mode observe");
  });

  it("R6 with the stop switch on, keeps everything and does nothing", async () => {
    const world = await TestWorld.make();
    await world.ledger.setStopped(true, { user: "ada", reason: "why", now: NOW });
    await take(await withTraffic(world), body("cloudwatch-metric"), alarm("accuracy-floor", "critical"));
    expect([world.orders, world.rollBacks]).toEqual([[], []]);
    expect((await world.pending())?.reasons.map(({ rule }) => rule)).toEqual(["accuracy-floor", "data-drift"]);
  });
});

describe("a message that fits no schema", () => {
  it("is kept as it came, counted once, and its body is not told", async () => {
    const world = await after('{"secret": "of somebody"}');
    expect(world.kept).toEqual([
      {
        id: "059f36b4-87a3-44ab-83d2-661975830a7d",
        body: '{"secret": "of somebody"}',
        faults: ["the message is JSON of no kind that the loop knows: no alarm, alert, schedule or feedback"],
      },
    ]);
    expect(world.counted).toMatchObject([{ metric: "MessagesQuarantined", what: { characters: 25 } }]);
    expect(JSON.stringify([world.counted, world.decisions, world.notices])).not.toContain("somebody");
  });

  // Loops of one environment hear each other's alarms; each such alarm would lie in quarantine and call a person.
  it("is not an alarm about another loop's model, which is counted, and neither kept nor answered", async () => {
    const world = await after(body("cloudwatch-metric").replaceAll("log-anomaly", "web-shop"));
    expect([world.kept, world.notices, world.orders, await world.trail()]).toEqual([[], [], [], []]);
    expect(world.counted).toMatchObject([{ metric: "AlarmsOfOtherLoops" }]);
  });

  it("in part is answered in the part that fits", async () => {
    const world = await after(body("alertmanager-unlabelled"));
    expect(world.notices).toHaveLength(1);
    expect(world.kept).toHaveLength(1);
  });
});

const messages = eventNames().map(body);

/** The promise of the intake, for each thing that a message says. */
async function isAccountedFor(world: TestWorld, text: string): Promise<boolean> {
  const { readings, faults, foreign = [] } = readMessage(text, { environment: "dev", models: [THE_MODEL.model] });
  const trail = await world.trail();
  const pending = await world.pending();
  const accounted = readings.map((reading) => {
    switch (reading.kind) {
      case "signal":
        return (
          trail.some(({ values }) => values["rule"] === reading.signal.rule) ||
          pending?.reasons.some(({ rule }) => rule === reading.signal.rule)
        );
      case "news":
        return trail.some(({ values, time }) => values["rule"] === reading.rule && time === reading.at);
      // Feedback is counted; a wake-up is the loop's own, and what is pending is found without it.
      case "feedback":
      case "wake-up":
        return true;
    }
  });
  const counted = world.counted.filter(({ metric }) => metric === "AlarmsOfOtherLoops").length;
  return accounted.every(Boolean) && counted >= foreign.length && (faults.length === 0 || world.kept.some(({ body }) => body === text));
}

describe("nothing is lost", () => {
  it("of any message, whole or damaged: there is an audit record, something pending or a quarantined message", async () => {
    const damaged = fc
      .tuple(fc.constantFrom(...messages), fc.nat(), fc.nat(20), fc.string({ maxLength: 5 }))
      .map(([text, at, length, other]) => {
        const from = at % text.length;
        return text.slice(0, from) + other + text.slice(from + length);
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.constantFrom(...messages), damaged, fc.string()), async (text) => {
        const world = await after(text);
        expect(await isAccountedFor(world, text)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  // Every call to the outside is a place where a function can be stopped. What it leaves must be gone on with by the next delivery.
  it.each([
    ["a critical drift", alarm("data-drift", "critical"), { calls: 12, runs: 1, rollBacks: 0, pages: 0 }],
    ["a warning", alarm("data-drift", "warning"), { calls: 10, runs: 0, rollBacks: 0, pages: 0 }],
    ["a failing model", alarm("accuracy-floor", "critical"), { calls: 13, runs: 1, rollBacks: 1, pages: 1 }],
    ["broken data", alarm("data-quality", "critical"), { calls: 10, runs: 0, rollBacks: 0, pages: 1 }],
    [
      "the thousandth correction",
      JSON.stringify({ ...event("feedback"), corrections: 1_000 }),
      { calls: 12, runs: 1, rollBacks: 0, pages: 0 },
    ],
    ["garbage", "garbage", { calls: 1, runs: 0, rollBacks: 0, pages: 0 }],
  ])("R6 of %s, whichever call the function dies at, before or after it took effect", async (_, text, expected) => {
    for (const when of ["before", "after"] as const) {
      let died = true;
      let call = 1;
      for (; died; call++) {
        const world = await withTraffic(await TestWorld.make());
        died = await world.dying({ call, when }, (loop) => takeIn(message(text), loop));
        await take(world, text);
        expect({ call, when, accounted: await isAccountedFor(world, text) }).toEqual({ call, when, accounted: true });
        expect({ call, when, runs: world.orders.length }).toEqual({ call, when, runs: expected.runs });
        const toldOf = new Set(world.notices.filter(({ page }) => page).map(({ key }) => key));
        expect({ call, when, pages: toldOf.size }).toEqual({ call, when, pages: expected.pages });
        // A roll-back may be ordered twice, to the same version and each with a fence of its own; never none.
        expect({ call, when, done: world.rollBacks.length >= expected.rollBacks }).toEqual({ call, when, done: true });
        expect(new Set(world.rollBacks.map(({ fence }) => fence)).size).toBe(world.rollBacks.length);
      }
      expect(call).toBeGreaterThan(expected.calls);
    }
  });

  it("R6 of what a run that fails was started for", async () => {
    const world = await after(body("cloudwatch-metric"));
    world.pass(1);
    await world.ledger.end(THE_MODEL.line, world.lastRun(), "failed", world.now);
    expect((await world.pending())?.reasons).toMatchObject([{ rule: "data-drift" }]);
    world.now = hoursAfter(world.now, 25);
    await take(world, body("wake-up"));
    expect(world.orders).toHaveLength(2);
  });
});

it("A4 A6 what saves traffic or wakes somebody is urgent, in a batch of a hundred warnings; garbage is not", async () => {
  const { loop } = await TestWorld.make();
  const urgent = [alarm("accuracy-floor", "critical"), alarm("error-rate", "critical"), alarm("data-drift", "warning"), "garbage"].map(
    (body) => isUrgent(message(body), loop),
  );
  expect(urgent).toEqual([true, true, false, false]);
});
