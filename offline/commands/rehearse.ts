/** `modelloop rehearse [FILE...]`: plays scenarios of the loop, with the template and the bundles that would be deployed. */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { PACKAGE_ROOT } from "../package-root";
import { readProject } from "../plan/project";
import type * as bill from "../rehearsal/environment/playbill";
import type * as planPlayer from "../rehearsal/environment/rehearse-plan";
import type * as scenarioFolder from "../rehearsal/scenarios/files";
import type * as player from "../rehearsal/scenarios/rehearse";
import { runQuietly } from "./quiet-run";
import type * as words from "./rehearse-text";
import { RECORD_STEPS } from "./steps";
import { COMMON_OPTIONS, strictOptions } from "./strict-options";
import type { Terminal } from "./terminal";
import { UsageError } from "./usage";

export const REHEARSE = {
  name: "rehearse",
  says: "Plays weeks of the loop in seconds: the real template, the real functions, drift, storms and people.",
  run: rehearseCommand,
};

interface Arguments {
  readonly files: readonly string[];
  readonly environment?: string;
  readonly json: boolean;
  readonly help: boolean;
  readonly out?: string;
  readonly seed?: number;
  readonly storms: number;
}

export interface Act {
  /** Name of the scenario's file, without its ending. */
  readonly name: string;
  readonly rehearsal: player.Rehearsal;
  readonly rough: boolean;
  readonly seconds: number;
  /** What was left out of the scenario. */
  readonly shortened?: string;
}

type Weather = Pick<player.RehearsalOptions, "seed" | "rough">;

/** Not played yet. */
interface Part {
  readonly name: string;
  readonly shortened?: string;
  readonly play: (weather: Weather) => Promise<player.Rehearsal>;
}

export async function rehearseCommand(argv: readonly string[], terminal: Terminal, folder: string): Promise<number> {
  const args = parsed(argv);
  if (args.help) {
    terminal.out(HELP);
    return 0;
  }
  const { text } = modules();
  const named = args.files.length > 0 ? args.files.map((file) => path.resolve(folder, file)) : modules().files.scenarioFiles();
  const { parts, left } = args.environment === undefined ? ofExample(named) : await ofPlan(folder, args.environment, named);
  // Of a few stories, or of those of one loop, nobody expects to come by everything.
  const isComplete = args.files.length === 0 && args.environment === undefined;
  const acts: Act[] = [];
  if (!args.json) terminal.out("\n");
  for (const part of parts) {
    for (const weather of weathersOf(args)) {
      if (terminal.shows) terminal.err(`\r  ${part.name} …`);
      const act = await play(part, weather);
      acts.push(act);
      if (terminal.shows) terminal.err("\r\u001b[K");
      if (!args.json) terminal.out(text.actText(act, terminal.colour, args.environment));
    }
  }
  if (args.out !== undefined) write(path.resolve(folder, args.out), acts);
  terminal.out(
    args.json ? `${JSON.stringify(acts.map(text.actDocument), null, 2)}\n` : text.actsText(acts, left, terminal.colour, isComplete),
  );
  return acts.every(({ rehearsal }) => rehearsal.faults.length === 0) ? 0 : 1;
}

/** With a loop that is made for each scenario. */
function ofExample(files: readonly string[]): { parts: Part[]; left: bill.LeftAct[] } {
  const { files: scenarios, rehearse } = modules();
  const handlers = path.join(PACKAGE_ROOT, "dist", "lambdas");
  const parts = files.map((file): Part => {
    const scenario = scenarios.readScenario(file);
    return { name: path.basename(file, ".yaml"), play: (weather) => rehearse.rehearse(scenario, { handlers, ...weather }) };
  });
  if (!fs.existsSync(path.join(handlers, "intake", "index.js")))
    throw new ConfigurationError(handlers, ["it holds no bundled functions to rehearse: run npm ci, which builds them"]);
  return { parts, left: [] };
}

/** With the loops that an environment's program declares. */
async function ofPlan(
  folder: string,
  environment: string,
  files: readonly string[],
): Promise<{ parts: Part[]; left: readonly bill.LeftAct[] }> {
  const { playbill, plan } = modules();
  const { work, outcome } = await runQuietly(readProject(folder), environment, RECORD_STEPS);
  if (!outcome.ok || work.planned === undefined) throw new ConfigurationError(environment, outcome.refusals);
  const { fit, left } = playbill.playbillOf(work.planned.apply.resources, files);
  if (fit.length + left.length === 0)
    throw new ConfigurationError(environment, [
      "it has no control loop that these scenarios could play: leave --environment out, or declare a ModelLoop",
    ]);
  const parts = fit.map((act): Part => {
    const { name, shortened } = act;
    return { name, ...(shortened !== undefined && { shortened }), play: async (weather) => (await plan.playAct(act, weather)).rehearsal };
  });
  return { parts, left };
}

function weathersOf({ seed, storms }: Arguments): { seed: number; rough: boolean }[] {
  if (seed !== undefined) return [{ seed, rough: true }];
  return [{ seed: 1, rough: false }, ...Array.from({ length: storms }, (_, index) => ({ seed: index + 1, rough: true }))];
}

async function play({ name, shortened, play: act }: Part, weather: Weather): Promise<Act> {
  const before = performance.now();
  const rehearsal = await act(weather);
  const seconds = (performance.now() - before) / 1_000;
  return { name, rehearsal, rough: weather.rough === true, seconds, ...(shortened !== undefined && { shortened }) };
}

/** The CDK takes a second to load: no other command needs to wait for it. */
function modules(): {
  files: typeof scenarioFolder;
  playbill: typeof bill;
  plan: typeof planPlayer;
  rehearse: typeof player;
  text: typeof words;
} {
  /* eslint-disable @typescript-eslint/no-require-imports */
  return {
    files: require("../rehearsal/scenarios/files") as typeof scenarioFolder,
    playbill: require("../rehearsal/environment/playbill") as typeof bill,
    plan: require("../rehearsal/environment/rehearse-plan") as typeof planPlayer,
    rehearse: require("../rehearsal/scenarios/rehearse") as typeof player,
    text: require("./rehearse-text") as typeof words,
  };
  /* eslint-enable @typescript-eslint/no-require-imports */
}

function write(folder: string, acts: readonly Act[]): void {
  const { text } = modules();
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(
    path.join(folder, "summary.json"),
    `${JSON.stringify(
      acts.map((act) => text.actDocument(act)),
      null,
      2,
    )}\n`,
  );
  const events = acts.flatMap((act) =>
    act.rehearsal.happenings.map((happening) => JSON.stringify({ scenario: act.name, weather: text.weatherOf(act), ...happening })),
  );
  fs.writeFileSync(path.join(folder, "events.ndjson"), `${events.join("\n")}\n`);
}

function parsed(argv: readonly string[]): Arguments {
  const { values, positionals } = strictOptions("rehearse", argv, {
    ...COMMON_OPTIONS,
    environment: { type: "string" },
    out: { type: "string" },
    seed: { type: "string" },
    storms: { type: "string" },
  });
  const { seed, storms, out, environment, json = false, help = false } = values;
  return {
    ...{ files: positionals, json, help, storms: storms === undefined ? 0 : whole("--storms", storms) },
    ...(environment !== undefined && { environment }),
    ...(out !== undefined && { out }),
    ...(seed !== undefined && { seed: whole("--seed", seed) }),
  };
}

function whole(option: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new UsageError(`${option} is ${value}, not a whole number: write ${option} 7`);
}

const HELP = `modelloop rehearse [FILE...] [options]

${REHEARSE.says} Without a FILE, all scenarios of the package.

  --environment ENV   with the loop that ENV's program declares, where it fits. Without it, with a loop that is made for each scenario
  --storms N          also play each scenario in N storms: messages lost, late and doubled, functions that die
  --seed N            play in storm N alone, to see again what failed there
  --out DIR           write summary.json and events.ndjson there
  --json              one JSON document on standard output, and nothing else there
  --help              this text

Exit code: 0 if everything came true, 1 if something did not, or the environment is refused; 2 if the command line cannot be understood.
`;
