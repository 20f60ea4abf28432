import fc from "fast-check";
import { rollOut, type RollOutAnswer } from "../../../../lambdas/application/roll-out/roll-out";
import { giveUp } from "../../../../lambdas/application/roll-out/give-up";
import type { Watch } from "../../../../lambdas/domain/roll-out/watch";
import { releaseIn } from "../../../../lambdas/domain/split/layers";
import { splitChangeFaults } from "../../../../lambdas/domain/split/split-changes";
import { RollOutWorld, splitOf } from "../../support/roll-out-world";

type Kind = RollOutAnswer["kind"];

/** As the machine does it: each step by its answer, on failure the way back. */
class Machine {
  readonly kinds: Kind[] = [];
  private fence = 0;

  constructor(private readonly at: RollOutWorld) {}

  async run(step: (request: object) => Promise<RollOutAnswer>): Promise<string> {
    const { order } = this.at;
    const ask = async (request: object): Promise<RollOutAnswer> => {
      const answer = await step({ ...request, order });
      this.kinds.push(answer.kind);
      return answer;
    };
    const filled = await ask({ do: "fill" });
    if (filled.kind !== "filled") return filled.kind;
    this.fence = filled.fence;
    const { fence } = this;
    const since = this.at.now;
    if ((await ask({ do: "ready", fence, since })).kind !== "ready") return "not ready";
    if ((await ask({ do: "try", fence })).kind !== "passed") return "not tried";
    let watch: Watch | undefined;
    for (let stage = 0; ; stage++) {
      const set = await ask({ do: "set-traffic", fence, stage });
      if (set.kind !== "set") return set.kind;
      const there = await ask({ do: "in-force", fence, stage, since: this.at.now, ...(watch && { watch }) });
      if (there.kind !== "in-force") return there.kind;
      watch = there.watch;
      if (set.first) break;
      const end = await this.watched(watch, ask);
      if (end.kind === "next") watch = end.watch;
      else if (end.kind === "promote") break;
      else return end.kind;
    }
    return (await ask({ do: "promote", fence, reason: "all held" })).kind;
  }

  private async watched(watch: Watch, ask: (request: object) => Promise<RollOutAnswer>) {
    for (let now = watch; ;) {
      this.at.pass(5);
      const answer = await ask({ do: "check", fence: this.fence, watch: now });
      if (!("watch" in answer) || !("waitSeconds" in answer)) throw new Error(`a check answers ${answer.kind}`);
      if (!["stay", "hold", "paused", "wait-for-labels"].includes(answer.kind)) return answer;
      now = answer.watch;
      this.at.pass(answer.waitSeconds / 60 - 5);
    }
  }
}

/** Minutes instead of days: the same ways, fewer times. */
async function quick(): Promise<RollOutWorld> {
  const at = await RollOutWorld.make();
  at.order = { ...at.order, rollOut: { ...at.order.rollOut, stages: at.order.rollOut.stages.map((stage) => ({ ...stage, hours: 0.3 })) } };
  return at;
}

const plain = (at: RollOutWorld) => (request: object) => rollOut(request, at.loop);

test("O1 a good release climbs stage by stage, and then is what serves; the old one is kept", async () => {
  const at = await quick();
  expect(await new Machine(at).run(plain(at))).toBe("promoted");
  expect(at.written.map(({ candidate }) => candidate?.hundredths)).toEqual([undefined, 500, 2_000, 5_000, 10_000, undefined]);
  expect(at.split).toMatchObject({ stable: { release: "r42", slot: "b" }, previous: { release: "r41", slot: "a" } });
  const { promotion, rollOut: climbing } = await at.world.ledger.trafficView(at.order);
  expect([promotion?.version, promotion?.previousVersion, climbing]).toEqual(["r42", "r41", undefined]);
  const told = (await at.world.events()).filter((event) => event.startsWith("roll-out")).sort();
  expect(told).toEqual(["roll-out.begun", "roll-out.promoted", ...Array.from({ length: 8 }, () => "roll-out.stage")]);
});

test("O1 on the first day the first release gets everybody at once", async () => {
  const at = await quick();
  const { stable: _nobody, ...empty } = splitOf();
  Object.assign(at, { split: empty });
  delete at.slots.a.prefix;
  expect(await new Machine(at).run(plain(at))).toBe("promoted");
  expect(at.split).toMatchObject({ stable: { release: "r42", slot: "a" } });
  expect((await at.world.ledger.trafficView(at.order)).promotion?.previousVersion).toBe("none");
});

test("O3 a release that fails at 50 % goes back whole, and people are told", async () => {
  const at = await quick();
  const machine = new Machine(at);
  const end = await machine.run(async (request) => {
    if ("stage" in request && request.stage === 2) at.measures["r42"] = { errorRate: 0.3 };
    return rollOut(request, at.loop);
  });
  expect(end).toBe("roll-back");
  expect(await giveUp({ do: "give-up", order: at.order, reason: "errors" }, at.loop)).toEqual({
    kind: "rolled-back",
    reason: "everybody has r41 again",
  });
  expect(at.split).toMatchObject({ stable: { release: "r41", slot: "a" } });
  expect(at.isDeclared()).toBe(true);
  expect(at.world.notices.at(-1)).toMatchObject({ severity: "critical", lines: ["from r42 to r41", "everybody has r41 again", "errors"] });
  expect((await at.world.ledger.trafficView(at.order)).rollOut).toBeUndefined();
});

// Half a second at the wrong moment, and 5 % of users stay on a release that nobody watches.
test("P3 P4 whoever dies at whichever call: tried again it goes on, given up it goes back, and traffic is old or new", async () => {
  const when = fc.constantFrom("before" as const, "after" as const);
  const fate = fc.constantFrom("tried again" as const, "given up" as const);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 170 }), when, fate, async (call, moment, then) => {
      const at = await quick();
      at.order = { ...at.order, rollOut: { ...at.order.rollOut, stages: at.order.rollOut.stages.slice(2) } };
      const before = at.world.calls;
      let died = false;
      const mortal = async (request: object): Promise<RollOutAnswer> => {
        let answer: RollOutAnswer | undefined;
        const left = call - (at.world.calls - before);
        if (died || left < 1) return rollOut(request, at.loop);
        died = await at.world.dying({ call: left, when: moment }, async () => void (answer = await rollOut(request, at.loop)));
        if (!died && answer !== undefined) return answer;
        if (then === "given up") throw new Error("dead");
        return rollOut(request, at.loop);
      };
      const end = await new Machine(at).run(mortal).catch(() => "dead");
      if (end !== "promoted") {
        const answer = await giveUp({ do: "give-up", order: at.order, reason: end }, at.loop);
        expect(["untouched", "rolled-back", "promoted"]).toContain(answer.kind);
      }
      expect(at.isDeclared()).toBe(true);
      at.written.slice(1).forEach((split, index) => {
        expect(splitChangeFaults(at.written[index] ?? split, split, [50, 100])).toEqual([]);
      });
      // Nobody is ever sent to a slot that holds something else.
      for (const slot of ["a", "b"] as const) {
        const release = releaseIn(at.split, slot);
        if (release !== undefined) expect(at.slots[slot].prefix).toBe(`releases/${release}`);
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("what is no request is not done", async () => {
  const at = await quick();
  await expect(rollOut({ do: "everything" }, at.loop)).rejects.toThrow("Invalid");
});
