/**
 * Plays runs whole and writes what came of them to standard output. A process of its own: ONNX Runtime imports its WebAssembly as a module, which
 * code in Jest's sandbox may not.
 */
import { HOUR, STARTS, wholeLoop, type WholeLoop, type WholeStory } from "./whole-loop";

export interface ToldRun {
  runs: { name: string; status: string; outcome: string; reason: string; events: number }[];
  /** Percent of users by release, each time that it changed for all pods of the router; of `new` and `old` in the order in which they came. */
  splits: string[];
  aliases: Record<string, string>;
  caught: string[];
  /** Real milliseconds. */
  took: number;
}

function at({ world }: WholeLoop, hours: number, act: () => void): void {
  world.time.startAt(STARTS + hours * HOUR, () => Promise.resolve(act()));
}

/** A first release, approved by bob; three days later a second one. */
async function two(handlers: string, story: WholeStory, more: (loop: WholeLoop) => void, days: number): Promise<ToldRun> {
  const began = Date.now();
  const loop = await wholeLoop(handlers, story);
  const { world } = loop;
  world.traffic.facts = { ...world.traffic.facts, labelled: () => ({ accuracy: 0.96, labels: 500 }) };
  const approve = () => {
    const run = world.stepFunctions
      .all()
      .filter(({ machine }) => machine.endsWith(":retraining"))
      .pop();
    loop.ask("approve", "bob", { run: run?.name, reason: "looked at it" }, "approvers");
  };
  loop.ask("retrain", "ana", { model: "log-anomaly", reason: "the first one" });
  at(loop, 2, approve);
  at(loop, 72, () => loop.ask("retrain", "ana", { model: "log-anomaly", reason: "a new year" }));
  at(loop, 74, approve);
  more(loop);
  await world.runUntil(STARTS + days * 24 * HOUR);
  return { ...told(loop), took: Date.now() - began };
}

function told({ world }: WholeLoop): Omit<ToldRun, "took"> {
  const releases = [...new Set(world.traffic.splits.flatMap(({ of }) => Object.keys(of)))];
  const splits = world.traffic.splits.map(({ of }) =>
    releases.flatMap((release, index) => (of[release] === undefined ? [] : [`${index + 1}: ${Math.round(of[release] * 100)}`])).join(", "),
  );
  return {
    runs: world.stepFunctions.all().map(({ name, status, result }) => {
      const { outcome = "", reason = "" } = (result?.status === "SUCCEEDED" ? result.output : {}) as { outcome?: string; reason?: string };
      return {
        name,
        status,
        outcome,
        reason: reason || (result !== undefined && "cause" in result ? result.cause : ""),
        events: result?.events ?? 0,
      };
    }),
    splits: splits.filter((text, index) => text !== "" && text !== splits[index - 1]),
    aliases: world.mlflow.aliasesOf("log-anomaly"),
    caught: world.journal.of("state.caught").map(({ about }) => `${about["state"] as string} → ${about["detail"] as string}`),
  };
}

/** The second release fails each tenth request as soon as half of the users have it. */
function failsAtHalf(loop: WholeLoop): void {
  const { traffic } = loop.world;
  traffic.facts = {
    ...traffic.facts,
    quality: (release, instant) => {
      const second = traffic.splits.flatMap(({ of }) => Object.keys(of)).find((each, _, all) => each !== all[0]);
      const isHalf = (traffic.splits.filter(({ at: since }) => since <= instant).pop()?.of[release] ?? 0) >= 0.5;
      return { errorRate: release === second && isHalf ? 0.1 : 0.002, p95Milliseconds: 40 };
    },
  };
}

async function main(handlers: string): Promise<void> {
  const story = { serving: { routerStarts: 10_000 } };
  const promoted = await two(handlers, story, () => undefined, 8);
  const rolledBack = await two(handlers, story, failsAtHalf, 8);
  process.stdout.write(JSON.stringify({ promoted, rolledBack }));
}

void main(process.argv[2] ?? "");
