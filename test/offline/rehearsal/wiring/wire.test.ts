/** Wiring that the rehearsal made up by itself would pass with a template in which a rule points to nowhere. */
import { readAssembly } from "../../../../offline/rehearsal/wiring/assembly";
import { functionNamed, wire } from "../../../../offline/rehearsal/wiring/wire";
import { World } from "../../../../offline/rehearsal/world";
import { bundleProbe } from "../support/probe";
import { type SmallLoop, synthesiseSmallLoop } from "../support/small-loop";

const STARTS = Date.parse("2026-03-02T08:00:00Z");
const MINUTE = 60_000;

let small: SmallLoop;
beforeAll(() => (small = synthesiseSmallLoop(bundleProbe())));

function wired() {
  const assembly = readAssembly(small.folder, small.stack);
  const world = new World({ starts: STARTS });
  const unknown = wire(assembly, world);
  const arn = (id: string) => assembly.resources.find((resource) => resource.id.startsWith(id))?.names.attributes["Arn"] ?? "";
  const bodies = (id: string) => world.sqs.messages(arn(id)).map(({ body }) => body);
  return { assembly, world, unknown, arn, bodies };
}

/** Every five minutes, one measurement of each. */
function measure(world: World, psi: (minute: number) => number, minutes: number): void {
  const series = (name: string) => ({ namespace: "test", name, dimensions: {} });
  for (let minute = 1; minute < minutes; minute += 5) {
    world.time.startAt(STARTS + minute * MINUTE, () => {
      world.cloudWatch.put(series("psi"), psi(minute));
      world.cloudWatch.put(series("rows"), 1_000);
      return Promise.resolve();
    });
  }
}

describe("a synthesised template", () => {
  it("is read with its nested stacks, and nothing in it is unknown", () => {
    const { unknown, world } = wired();
    expect(unknown).toEqual([]);
    expect(world.cloudWatch.names).toEqual(["dev-drift-measured", "dev-silent", "dev-drift-critical"]);
  });

  it("gives its functions their environment, with the addresses of what else it declares", async () => {
    const { world, assembly, bodies } = wired();
    const function_ = functionNamed(assembly, "Reader");
    const url = assembly.resources.find(({ id }) => id.startsWith("Outbox"))?.names.ref ?? "";
    world.time.start(() => world.functions.invoke(function_, { do: "send", url, body: "hello" }));
    await world.runUntil(STARTS + MINUTE);
    expect(bodies("Outbox")).toEqual(["hello"]);
  });

  it("says how often a message is tried, after how long, and where it goes then", async () => {
    const { world, arn, bodies } = wired();
    world.sqs.send(arn("Inbox"), '{"do":"throw"}');
    await world.runUntil(STARTS + 60 * MINUTE);
    expect(world.journal.of("function.invoked").map(({ at }) => at.slice(11, 16))).toEqual(["08:00", "08:06"]);
    expect([bodies("Inbox"), bodies("Dead")]).toEqual([[], ['{"do":"throw"}']]);
  });

  it("has machines that are started by their alias", async () => {
    const { world, assembly } = wired();
    const alias = assembly.resources.find(({ type }) => type === "AWS::StepFunctions::StateMachineAlias")?.names.ref ?? "";
    expect(alias).toMatch(/:stateMachine:Machine[0-9A-F]{8}:live$/);
    world.stepFunctions.start(alias, { run: 1 }, "run-1");
    await world.runUntil(STARTS + MINUTE);
    expect(world.stepFunctions.all().map(({ status }) => status)).toEqual(["SUCCEEDED"]);
  });

  it("has schedules that reach their queue and the function behind it", async () => {
    const { world } = wired();
    await world.runUntil(STARTS + 7 * 24 * 60 * MINUTE);
    expect(world.journal.of("function.invoked").map(({ at }) => at)).toEqual(["2026-03-08T02:00:00.000Z"]);
  });
});

describe("alarms of a template", () => {
  const changes = (world: World) =>
    world.journal.of("alarm.changed").map(({ at, about }) => `${at.slice(11, 16)} ${about["alarm"] as string} ${about["to"] as string}`);

  // An alarm that one bad window sets off trains for nothing; one that needs all windows never goes off.
  it("go off when M of N windows are bad, reach their rule, and come back", async () => {
    const { world, bodies } = wired();
    measure(world, (minute) => (minute > 20 && minute < 40 && minute !== 26 ? 0.4 : 0.1), 80);
    world.cloudWatch.watch(STARTS + 80 * MINUTE);
    await world.runUntil(STARTS + 80 * MINUTE);
    expect(changes(world)).toEqual([
      "08:05 dev-silent OK",
      "08:05 dev-drift-critical OK",
      "08:10 dev-drift-measured OK",
      "08:40 dev-drift-measured ALARM",
      "08:40 dev-drift-critical ALARM",
      "08:45 dev-drift-measured OK",
      "08:45 dev-drift-critical OK",
    ]);
    expect(bodies("Outbox").map((body) => (JSON.parse(body) as { detail: { alarmName: string } }).detail.alarmName)).toEqual([
      "dev-drift-critical",
    ]);
  });

  it("tell people where silence is bad, and keep their state where it says nothing", async () => {
    const { world, bodies } = wired();
    measure(world, () => 0.1, 10);
    world.cloudWatch.watch(STARTS + 60 * MINUTE);
    await world.runUntil(STARTS + 60 * MINUTE);
    expect(changes(world).slice(3)).toEqual(["08:20 dev-silent ALARM"]);
    expect(world.journal.of("people.told").map(({ about }) => about["to"])).toEqual(["owner@example.com"]);
    expect(bodies("Outbox").map((body) => (JSON.parse(body) as { AlarmName: string }).AlarmName)).toEqual(["dev-silent"]);
  });
});
