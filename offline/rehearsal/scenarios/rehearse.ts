/** Plays one scenario and says what of it did not come true. */
import { StatesError } from "../states/failures";
import { CALM, passing, storm } from "../outside/weather";
import { nameIn } from "../standins/arns";
import type { Assembly } from "../wiring/assembly";
import { wire } from "../wiring/wire";
import { World } from "../world";
import { bring, bringSoundDays } from "./happenings";
import { type Loop, loopOf } from "./loop-assembly";
import { auditOf, brokenPromises, brokenRules, cardsOf, type Played, splitsOf } from "./promises";
import type { Scenario } from "./schema";
import { settledLedger, unsettled } from "./after-the-storm";

/** More than a cool-down: by then a storm leaves nothing that only waits for its time. */
const CALM_DAYS = 2;

export interface RehearsalOptions {
  /** Whose template and code are played. @default - one of the scenario's models, made for it with `handlers` */
  readonly loop?: Loop;
  /** Folder with a folder for each bundled handler. @default "" */
  readonly handlers?: string;
  readonly seed?: number;
  /** Whether messages are lost, late and doubled, and functions die. @default false */
  readonly rough?: boolean;
  /** Called once everything is wired: for tests that break something on purpose, to see whether the rehearsal finds it. */
  readonly sabotage?: (world: World, assembly: Assembly) => void;
  /** Called then as well: for whoever wants to know what is asked of the world, and changes nothing. */
  readonly observe?: (world: World) => void;
}

export interface Rehearsal extends Played {
  readonly seed: number;
  readonly virtualDays: number;
  /** Whole sentences; none where all came true. */
  readonly faults: readonly string[];
}

export async function rehearse(scenario: Scenario, options: RehearsalOptions): Promise<Rehearsal> {
  const { handlers = "", seed = 1, rough = false, sabotage, observe, loop = loopOf(scenario.models, handlers) } = options;
  const { assembly } = loop;
  const starts = Date.parse(scenario.starts);
  const sky = passing(rough ? storm(seed) : CALM);
  const world = new World({ starts, seed, weather: sky.weather });
  const unknown = wire(assembly, world);
  standForOthers(world, scenario, loop);

  measureFunctions(world);
  sabotage?.(world, assembly);
  observe?.(world);
  const ends = starts + scenario.lasts;
  const calmUntil = rough ? ends + CALM_DAYS * 24 * 3_600_000 : ends;
  const stage = { world, loop, scenario, starts, ends: calmUntil };
  bringSoundDays(stage);
  for (const event of scenario.when) bring(event, stage);
  world.cloudWatch.watch(calmUntil);
  await world.runUntil(ends);
  sky.end();
  await world.runUntil(calmUntil);

  const played = {
    scenario,
    starts,
    happenings: world.journal.happenings,
    runs: world.stepFunctions.all(),
    trafficQueue: nameIn(loop.trafficArn ?? ""),
    audit: auditOf(world, assembly),
    ...{ splits: splitsOf(world), cards: cardsOf(world) },
  };
  const deadLetters = assembly.resources
    .filter(({ type, id }) => type === "AWS::SQS::Queue" && /DeadLetters|Quarantine/.test(id))
    .map(({ id, names }) => ({ queue: nameIn(id), count: world.sqs.messages(names.attributes["Arn"] ?? "").length }));
  const faults = [
    ...unknown.map((type) => `The template holds ${type}, of which the rehearsal knows nothing: give it a wire.`),
    ...brokenRules(played, rough ? [] : deadLetters),
    // What is promised of calm days, to the minute and the message, is not promised of a storm; that nothing is lost or done twice, is.
    ...(rough ? unsettled(played, settledLedger(world, assembly, deadLetters, ends, loop.environment)) : brokenPromises(played)),
  ];
  return { ...played, seed, virtualDays: scenario.lasts / (24 * 3_600_000), faults };
}

/** What Lambda publishes about functions by itself: the loop's own health is judged by it. */
function measureFunctions(world: World): void {
  const counts: Record<string, Record<string, number>> = {
    "function.invoked": { Invocations: 1, Errors: 0 },
    "function.failed": { Errors: 1 },
  };
  let seen = 0;
  world.cloudWatch.probe(() => {
    for (const { what, about } of world.journal.happenings.slice(seen)) {
      const dimensions = { FunctionName: about["function"] as string };
      for (const [name, value] of Object.entries(counts[what] ?? {}))
        world.cloudWatch.put({ namespace: "AWS/Lambda", name, dimensions }, value);
    }
    seen = world.journal.happenings.length;
  });
}

/** The training itself, and the hand on the router: other functions than the loop's. */
function standForOthers(world: World, { retraining }: Scenario, { retrainingArn, trafficArn }: Loop): void {
  if (trafficArn !== undefined) world.sqs.declare({ arn: trafficArn });
  if (retrainingArn === undefined) return;
  let count = 0;
  const answer = async () => {
    const plan = retraining[Math.min(count++, retraining.length - 1)];
    await world.time.sleep(plan?.takes ?? 0);
    if (plan === undefined || plan.outcome === "fails") throw new StatesError("TrainingFailed", "the scenario says so");
    return { outcome: plan.outcome };
  };
  // Stands for the whole training and not for one function, which Lambda would end after a quarter of an hour.
  world.functions.declareStandIn(retrainingArn, answer, Infinity);
}
