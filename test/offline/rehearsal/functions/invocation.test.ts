/** When a function is given up in real time: a rehearsal that hangs says nothing, and one that is only busy was once taken for one that hangs. */
import { performance } from "node:perf_hooks";
import { Invocation } from "../../../../offline/rehearsal/functions/invocation";
import { World } from "../../../../offline/rehearsal/world";

/** For each look of the guard, so many milliseconds of real time in which nobody had anything to do. */
function idleBy(milliseconds: number): void {
  let idle = 0;
  jest.spyOn(performance, "eventLoopUtilization").mockImplementation(() => ({ idle: (idle += milliseconds), active: 0, utilization: 0 }));
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick"] }));
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

function invocation() {
  const world = new World({ starts: 0 });
  return new Invocation("probe", world.time, world.outside);
}

const never = new Promise(() => undefined);

it("gives up a function that neither ends nor calls anybody while nobody works", async () => {
  idleBy(1_000);
  const lives = invocation().live(900, () => never);
  const said = expect(lives).rejects.toThrow(new Error("probe neither ends nor calls anybody"));
  await jest.advanceTimersByTimeAsync(11_000);
  await said;
});

// With a hundred models, a minute of real time passed until the last of a hundred functions had its turn.
it("waits as long as the process is busy with others", async () => {
  idleBy(10);
  let end: (value: string) => void = () => undefined;
  const lives = invocation().live(900, () => new Promise((resolve) => (end = resolve)));
  await jest.advanceTimersByTimeAsync(300_000);
  end("late");
  expect(await lives).toEqual({ kind: "returned", value: "late" });
});

it("waits as long as the function waits for what it called", async () => {
  idleBy(1_000);
  const called = invocation();
  const lives = called.live(900, async () => {
    void called.wait(60_000);
    await never;
  });
  const outcome = await Promise.race([
    lives.then(
      () => "given up",
      () => "given up",
    ),
    jest.advanceTimersByTimeAsync(60_000).then(() => "alive"),
  ]);
  expect(outcome).toBe("alive");
});
