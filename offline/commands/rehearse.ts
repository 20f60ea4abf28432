/** `modelloop rehearse [FILE...]`: plays scenarios of the loop, with the template and the bundles that would be deployed. */
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ConfigurationError } from "../../components/shared/errors";
import type * as coverageOfAll from "../rehearsal/scenarios/coverage";
import type * as files from "../rehearsal/scenarios/files";
import type * as player from "../rehearsal/scenarios/rehearse";
import type * as storyteller from "../rehearsal/scenarios/story";
import type { Scenario } from "../rehearsal/scenarios/schema";
import { counted } from "../report/signs";
import { type Palette, palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

export const REHEARSE = {
  name: "rehearse",
  says: "Plays weeks of the loop in seconds: the real template, the real functions, drift, storms and people.",
  run: rehearseCommand,
};

interface Arguments {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly out?: string;
  readonly seed?: number;
  readonly storms: number;
}

interface Act {
  readonly file: string;
  readonly rehearsal: player.Rehearsal;
  readonly rough: boolean;
  readonly seconds: number;
}

/** Root of the package: what is built lies in its `dist`. */
const HOME = path.resolve(__dirname, "../..");
const ROOT = path.basename(HOME) === "dist" ? path.dirname(HOME) : HOME;

export async function rehearseCommand(argv: readonly string[], terminal: Terminal, folder: string): Promise<number> {
  const args = parsed(argv);
  if (args.help) {
    terminal.out(HELP);
    return 0;
  }
  // The CDK takes a second to load: no other command needs to wait for it.
  /* eslint-disable @typescript-eslint/no-require-imports */
  const { readScenario, scenarioFiles } = require("../rehearsal/scenarios/files") as typeof files;
  const { rehearse } = require("../rehearsal/scenarios/rehearse") as typeof player;
  const told = require("../rehearsal/scenarios/story") as typeof storyteller;
  /* eslint-enable @typescript-eslint/no-require-imports */

  const named = args.files.length > 0 ? args.files.map((file) => path.resolve(folder, file)) : scenarioFiles(path.join(ROOT, "scenarios"));
  const scenarios = named.map((file) => ({ file: path.basename(file, ".yaml"), scenario: readScenario(file) }));
  const handlers = path.join(ROOT, "dist", "lambdas");
  if (!fs.existsSync(path.join(handlers, "intake", "index.js"))) {
    throw new ConfigurationError(handlers, ["it holds no bundled functions to rehearse: run npm ci, which builds them"]);
  }
  const acts: Act[] = [];
  for (const { file, scenario } of scenarios) {
    for (const weather of weathersOf(args)) acts.push(await play(file, scenario, { handlers, ...weather }, rehearse));
  }
  if (args.out !== undefined) write(path.resolve(folder, args.out), acts, told);
  terminal.out(
    args.json
      ? `${JSON.stringify(
          acts.map((act) => documentOf(act, told)),
          null,
          2,
        )}\n`
      : text(acts, terminal, told),
  );
  return acts.every(({ rehearsal }) => rehearsal.faults.length === 0) ? 0 : 1;
}

function weathersOf({ seed, storms }: Arguments): { seed: number; rough: boolean }[] {
  if (seed !== undefined) return [{ seed, rough: true }];
  return [{ seed: 1, rough: false }, ...Array.from({ length: storms }, (_, index) => ({ seed: index + 1, rough: true }))];
}

async function play(file: string, scenario: Scenario, options: player.RehearsalOptions, rehearse: typeof player.rehearse): Promise<Act> {
  const before = performance.now();
  const rehearsal = await rehearse(scenario, options);
  return { file, rehearsal, rough: options.rough === true, seconds: (performance.now() - before) / 1_000 };
}

/** What only a rehearsal has to load. */
function modules(): { coverage: typeof coverageOfAll } {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return { coverage: require("../rehearsal/scenarios/coverage") as typeof coverageOfAll };
}

function text(acts: readonly Act[], terminal: Terminal, { story, storyText }: typeof storyteller): string {
  const paint = palette(terminal.colour);
  const lines = acts.flatMap(({ file, rehearsal, rough, seconds }) => {
    const { scenario, faults, seed } = rehearsal;
    const mark = faults.length === 0 ? paint.green("ok    ") : paint.red("broken");
    const weather = rough ? `storm ${seed}` : "calm";
    const again = rough && faults.length > 0 ? [`      again: modelloop rehearse ${file}.yaml --seed ${seed}`] : [];
    return [
      `  ${mark} ${scenario.title} ${paint.dim(`(${file}, ${weather}, ${seconds.toFixed(1)} s)`)}`,
      ...faults.map((fault) => paint.red(`      ${fault}`)),
      ...again,
    ];
  });
  const days = acts.reduce((sum, { rehearsal }) => sum + rehearsal.virtualDays, 0);
  // One is told whole: that which broke, or else the first.
  const [chosen] = [...acts.filter(({ rehearsal }) => rehearsal.faults.length > 0), ...acts];
  const tale =
    chosen === undefined
      ? []
      : [
          `${paint.bold("The loop,")} ${chosen.rehearsal.scenario.title}:`,
          ...storyText(story(chosen.rehearsal)).map((line) => `  ${line}`),
        ];
  return [
    "",
    ...lines,
    "",
    `  ${counted(acts.length, "rehearsal")} · ${days.toFixed(1)} virtual days`,
    ...covered(acts, paint),
    "",
    ...tale,
    "",
  ].join("\n");
}

/** What no scenario visits is said where all are played; of a few nobody expects it. */
function covered(acts: readonly Act[], paint: Palette): string[] {
  const { visited, missed } = modules().coverage.together(acts.map(({ rehearsal }) => rehearsal.coverage));
  const kinds = [
    ["states", (part: string) => !part.startsWith("decision: ") && !part.includes(" → ")],
    ["catches", (part: string) => part.includes(" → ")],
    ["kinds of decisions", (part: string) => part.startsWith("decision: ")],
  ] as const;
  const sums = kinds.map(([name, isOne]) => {
    const [seen, left] = [visited.filter(isOne).length, missed.filter(isOne).length];
    return `${seen} of ${seen + left} ${name}`;
  });
  const list = acts.length < MANY ? [] : missed.map((part) => paint.dim(`      not visited: ${part}`));
  return [`  visited: ${sums.join(", ")}`, ...list];
}

/** So many acts are all that there are, or nearly. */
const MANY = 12;

function documentOf({ file, rehearsal, rough }: Act, { story, summaryOf }: typeof storyteller): object {
  const lines = story(rehearsal).map(({ at, ...line }) => ({ at: new Date(at).toISOString(), ...line }));
  return {
    scenario: file,
    weather: rough ? "storm" : "calm",
    seed: rehearsal.seed,
    ...summaryOf(rehearsal),
    faults: rehearsal.faults,
    story: lines,
    coverage: rehearsal.coverage,
  };
}

function write(folder: string, acts: readonly Act[], told: typeof storyteller): void {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(
    path.join(folder, "summary.json"),
    `${JSON.stringify(
      acts.map((act) => documentOf(act, told)),
      null,
      2,
    )}\n`,
  );
  const events = acts.flatMap(({ file, rehearsal, rough }) =>
    rehearsal.happenings.map((happening) =>
      JSON.stringify({ scenario: file, weather: rough ? `storm ${rehearsal.seed}` : "calm", ...happening }),
    ),
  );
  fs.writeFileSync(path.join(folder, "events.ndjson"), `${events.join("\n")}\n`);
}

function parsed(argv: readonly string[]): Arguments {
  const { values, positionals } = options(argv);
  const { seed, storms, out, json = false, help = false } = values;
  return {
    ...{ files: positionals, json, help, storms: storms === undefined ? 0 : whole("--storms", storms) },
    ...(out !== undefined && { out }),
    ...(seed !== undefined && { seed: whole("--seed", seed) }),
  };
}

function options(argv: readonly string[]) {
  const known = {
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
    out: { type: "string" },
    seed: { type: "string" },
    storms: { type: "string" },
  } as const;
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: known });
  } catch (error) {
    const [first = ""] = (error as Error).message.split(". ");
    throw new UsageError(
      `${first.replace(/\.$/, "")}; rehearse has ${Object.keys(known)
        .map((name) => `--${name}`)
        .join(", ")}`,
    );
  }
}

function whole(option: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new UsageError(`${option} is ${value}, not a whole number: write ${option} 7`);
}

const HELP = `modelloop rehearse [FILE...]

${REHEARSE.says} Without a FILE, all scenarios of the package.

  --storms N   also play each scenario in N storms: messages lost, late and doubled, functions that die
  --seed N     play in storm N alone, to see again what failed there
  --out DIR    write summary.json and events.ndjson there
  --json       one JSON document on standard output, and nothing else there
  --help       this text

Exit code: 0 if everything came true, 1 if something did not, 2 if the command line cannot be understood.
`;
