/** Plays one scenario and says what of it did not come true. */
import { ALIASES } from "../../../lambdas/domain/registry/model-version";
import { bringPlatform, type PlatformStory } from "../platform/loop-platform";
import type { RunPlace } from "../platform/trained-models";
import { GOOD_SCORES } from "../platform/training-platform";
import { StatesError } from "../states/failures";
import { CALM, passing, storm } from "../outside/weather";
import { nameIn } from "../standins/arns";
import type { Assembly } from "../wiring/assembly";
import { wire } from "../wiring/wire";
import { World } from "../world";
import { bringApprovers } from "./approvers";
import { type Coverage, coverageOf } from "./coverage";
import { checkFailingSteps } from "./failing-steps";
import { bring, bringSoundDays } from "./happenings";
import type * as assembled from "./loop-assembly";
import { auditOf, brokenPromises, brokenRules, cardsOf, type Played, splitsOf } from "./promises";
import type { Scenario } from "./schema";
import { settledLedger, unsettled } from "./after-the-storm";
import { measureServices } from "./service-metrics";
import { brokenTrafficRules, challengerShares, unsettledRuns, watchRuns } from "./settled-runs";
import { withToldPlan } from "./told-plan";
import type { PlayedTraffic } from "./traffic-promises";

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
  readonly coverage: Coverage;
}

type Loop = assembled.Loop;

/** The CDK takes a second to load, which the loop of a plan does not need. */
function loopFor(scenario: Scenario, handlers: string): Loop {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require("./loop-assembly") as typeof assembled).loopOf(scenario, handlers);
}

export async function rehearse(scenario: Scenario, options: RehearsalOptions): Promise<Rehearsal> {
  const { handlers = "", seed = 1, rough = false, sabotage, observe, loop: given = loopFor(scenario, handlers) } = options;
  const loop = { ...given, ...(given.place && { place: withToldPlan(given.place, scenario) }) };
  const { assembly } = loop;
  const starts = Date.parse(scenario.starts);
  const sky = passing(rough ? storm(seed) : CALM);
  const world = new World({ starts, seed, weather: sky.weather });
  const unknown = wire(assembly, world);
  checkFailingSteps(scenario, { definitions: world.stepFunctions.definitions, rollOutArn: loop.place?.rollOutArn });
  standForOthers(world, scenario, loop);
  const platform = loop.place && (await bringPlatform(world, loop.place, storyOf(scenario)));
  const [trained] = loop.place?.specs ?? [];
  if (trained !== undefined) bringApprovers(world, loop, scenario, trained);

  const settledRuns = loop.place && watchRuns(world, loop.place);
  measureServices(world);
  sabotage?.(world, assembly);
  observe?.(world);
  const ends = starts + scenario.lasts;
  const calmUntil = rough ? ends + CALM_DAYS * 24 * 3_600_000 : ends;
  const stage = { world, loop, scenario, starts, ends: calmUntil, ...(platform && { platform }) };
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
    runs: world.stepFunctions.all().filter(({ machine }) => machine !== loop.place?.rollOutArn),
    trafficQueue: nameIn(loop.trafficArn ?? ""),
    audit: auditOf(world, assembly),
    ...{ splits: splitsOf(world), cards: cardsOf(world) },
    ...(loop.place && {
      traffic: {
        from: starts,
        until: calmUntil,
        ...trafficOf(world, loop.place),
        ...(settledRuns && { challenger: challengerShares(settledRuns()) }),
      },
    }),
  };
  const deadLetters = assembly.resources
    .filter(({ type, id }) => type === "AWS::SQS::Queue" && /DeadLetters|Quarantine/.test(id))
    .map(({ id, names }) => ({ queue: nameIn(id), count: world.sqs.messages(names.attributes["Arn"] ?? "").length }));
  const ledger = settledLedger(world, assembly, deadLetters, ends, loop.environment);
  const faults = [
    ...unknown.map((type) => `The template holds ${type}, of which the rehearsal knows nothing: give it a wire.`),
    ...brokenRules(played, rough ? [] : deadLetters),
    // What is promised of calm days, to the minute and the message, is not promised of a storm; that nothing is lost or done twice, is.
    ...(rough ? unsettled(played, ledger) : brokenPromises(played)),
    ...(settledRuns === undefined ? [] : rough ? unsettledRuns(played, ledger, settledRuns()) : brokenTrafficRules(played, settledRuns())),
  ];
  const coverage = coverageOf(assembly, loop.place?.rollOutArn, played.happenings, played.audit);
  return { ...played, seed, virtualDays: scenario.lasts / (24 * 3_600_000), faults, coverage };
}

/** The training itself, and the hand on the router: other functions than the loop's. */
function standForOthers(world: World, { retraining = [] }: Scenario, { assembly, retrainingArn, trafficArn }: Loop): void {
  const isOwn = assembly.resources.some(({ names }) => names.attributes["Arn"] === trafficArn);
  if (trafficArn !== undefined && !isOwn) world.sqs.declare({ arn: trafficArn });
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

/** Of a scenario that is not about what becomes of a run: its candidates pass no gate, and so nobody's traffic is touched. */
function storyOf({ training, retraining = [] }: Scenario): PlatformStory {
  if (training !== undefined) {
    const { queries, jobs, scores, servingScores, rows, metricsMissing, patience: _plan, nobodyToAsk: _people, ...rest } = training;
    return {
      ...{
        ...rest,
        queryTakes: queries,
        jobTakes: jobs,
        scores: stated(scores),
        servingScores: { ...A_LITTLE_WORSE, ...stated(servingScores) },
      },
      ...(rows !== undefined && { rows }),
      ...(metricsMissing !== undefined && { metricsMissing }),
    };
  }
  const [{ takes } = { takes: 0 }] = retraining;
  // One after the other: the queries, the models, their evaluation. What is longer than each may take is cut: an hour of a job by default.
  const jobTakes = Math.min(takes / 2.4, LONGEST_JOB);
  const others = {
    interruptions: 0,
    failing: {},
    servingScores: A_LITTLE_WORSE,
    verifiedLabels: 5_000,
    challengerShare: 0,
    firstDay: false,
  };
  return { ...others, jobTakes, queryTakes: Math.min(takes - 2 * jobTakes, LONGEST_QUERY), scores: { f1: 0.5 } };
}

const LONGEST_JOB = 59 * 60_000;
const LONGEST_QUERY = 25 * 60_000;
const A_LITTLE_WORSE = { f1: GOOD_SCORES.f1 - 0.04 };

function stated<T extends object>(given: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

function trafficOf({ traffic, mlflow }: World, { specs: [spec], rollOutArn = "" }: RunPlace): Omit<PlayedTraffic, "from" | "until"> {
  const version = mlflow.aliasesOf(spec?.model ?? "")[ALIASES.champion];
  const champion = mlflow.versionsOf(spec?.model ?? "").find((each) => each.version === version)?.tags["release"];
  return {
    ...{ machine: nameIn(rollOutArn), shares: traffic.splits, ladder: (spec?.rollOut?.stages ?? []).map(({ percent }) => percent) },
    ...(champion !== undefined && { champion }),
  };
}
