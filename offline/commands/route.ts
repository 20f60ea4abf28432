/** `modelloop route`: which variant and release a user gets, reckoned as the router does and without asking it. */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { assign, type Assignment } from "../../lambdas/domain/split/assign";
import { readSplit, type Split } from "../../lambdas/domain/split/split";
import { SPLIT_KEYS } from "../../lambdas/domain/split/split-configuration";
import type { RecordedResource } from "../engine";
import { environmentsOf, readProject } from "../plan/project";
import { listed } from "../plan/stack-file";
import { runQuietly } from "./quiet-run";
import { PLAN_STEPS } from "./steps";
import { COMMON_OPTIONS, noMore, strictOptions } from "./strict-options";
import { palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

const OPTIONS = {
  env: { type: "string" },
  split: { type: "string" },
  user: { type: "string", multiple: true },
  ...COMMON_OPTIONS,
} as const;

export async function routeCommand(
  argv: readonly string[],
  terminal: Terminal,
  folder: string,
  standardInput: () => string = () => fs.readFileSync(0, "utf8"),
): Promise<number> {
  const { values, positionals } = strictOptions("route", argv, OPTIONS);
  if (values.help === true) {
    terminal.out(HELP);
    return 0;
  }
  noMore("route", positionals);
  if ((values.env === undefined) === (values.split === undefined)) {
    throw new UsageError("one of --env and --split says whose split counts: write --env dev, or --split split.json");
  }
  const seeded = values.split === undefined;
  const split = seeded ? await plannedSplit(folder, values.env ?? "") : splitIn(folder, values.split ?? "");
  const users = values.user ?? linesOf(standardInput());
  const found = users.map((user) => ({ user, assignment: assign(user, split) }));
  const shown = { found, split, seeded };
  terminal.out(values.json === true ? document(shown, values.user?.length === 1) : text(shown, terminal));
  return found.some(({ assignment }) => assignment.kind === "refused") ? 1 : 0;
}

function linesOf(given: string): string[] {
  const lines = given.split("\n").map((line) => line.replace(/\r$/, ""));
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) throw new UsageError("a user is missing: write --user 42, or give users on standard input, one a line");
  return lines;
}

function splitIn(folder: string, file: string): Split {
  let content: string;
  try {
    content = fs.readFileSync(path.resolve(folder, file), "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new ConfigurationError(file, [`${why}: name the ${SPLIT_KEYS.state} of a router, such as kubectl or /ab/config gives it`]);
  }
  return splitOf(file, content);
}

/** The first split, as `pulumi up` would write it. Later ones are the loop's, and only the cluster knows them. */
async function plannedSplit(folder: string, environment: string): Promise<Split> {
  const project = readProject(folder);
  const { work, outcome } = await runQuietly(project, environment, PLAN_STEPS);
  const { ok, refusals } = outcome;
  if (!ok || work.planned === undefined) {
    const known = environmentsOf(project);
    if (!known.includes(environment)) throw new UsageError(`${environment} is no environment; there are ${listed(known)}`);
    throw new ConfigurationError(environment, refusals);
  }
  const states = work.planned.raw.apply.resources.flatMap(stateOf);
  const [only, ...more] = states;
  if (only === undefined) {
    throw new ConfigurationError(environment, ["it has no router: add modelloop:serving.router, or name a split by --split"]);
  }
  if (more.length > 0) {
    const names = listed(states.map(({ name }) => name));
    throw new ConfigurationError(environment, [`it has several routers (${names}): name the split of one by --split`]);
  }
  return splitOf(`${environment}, ${only.name}`, only.content);
}

function stateOf({ type, name, inputs }: RecordedResource): { name: string; content: string }[] {
  const data = type === "kubernetes:core/v1:ConfigMap" ? inputs["data"] : undefined;
  const content =
    typeof data === "object" && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>)[SPLIT_KEYS.state] : undefined;
  return typeof content === "string" ? [{ name, content }] : [];
}

function splitOf(file: string, content: string): Split {
  try {
    return readSplit(content);
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigurationError(file, error.message.split("\n"));
    throw error;
  }
}

interface Found {
  readonly user: string;
  readonly assignment: Assignment;
}

interface Shown {
  readonly found: readonly Found[];
  readonly split: Split;
  /** Whether it is the one that an environment begins with: the loop may have written others since. */
  readonly seeded: boolean;
}

/** One user is an object; many are a line each, so that a million of them need not be one document. Each says by which split. */
function document({ found, split: { generation }, seeded }: Shown, single: boolean): string {
  const by = { split: seeded ? "seeded" : "given", generation };
  const lines = found.map(({ user, assignment }) =>
    JSON.stringify(single ? { ...answer(assignment), ...by } : { user, ...answer(assignment), ...by }),
  );
  return `${lines.join("\n")}\n`;
}

function answer(assignment: Assignment): object {
  switch (assignment.kind) {
    case "assigned": {
      const { variant, release, model, slot } = assignment;
      return { variant, release, model, slot };
    }
    case "no-release":
      return { variant: assignment.variant, release: null };
    case "refused":
      return { refused: assignment.reason };
  }
}

function text({ found, split, seeded }: Shown, terminal: Terminal): string {
  const { dim, red, yellow } = palette(terminal.colour);
  const wide = Math.max(...found.map(({ user }) => user.length));
  const lines = found.map(({ user, assignment }) => {
    if (assignment.kind === "refused") return `${user.padEnd(wide)}  ${red(assignment.reason)}`;
    return `${user.padEnd(wide)}  ${assignment.variant}  ${assignment.kind === "assigned" ? assignment.release : dim("no release yet")}`;
  });
  const which = `Generation ${split.generation} of the split, experiment ${split.experiment.name}.`;
  return [...lines, dim(which), ...(seeded ? [yellow(ONLY_THE_FIRST)] : []), ""].join("\n");
}

const ONLY_THE_FIRST =
  "This is the split that the environment begins with. What the loop has written since only the cluster knows: give that one by --split.";

const HELP = `Usage: modelloop route --env ENV|--split FILE [--user ID ...] [--json]

Which variant and release each user gets, as the router reckons it. Without --user, users are read from standard input, one a line.

  --env ENV     the split that an environment begins with, as pulumi up would write it; not what the loop has written since
  --split FILE  the split that runs: kubectl get configmap ab-router-split -o jsonpath='{.data.split\\.json}'
  --user ID     a user; may be given several times
  --json        one user: an object; many: one object a line; each says whether the split was "seeded" or "given", and its generation
  --help        this text

Exit code: 0; 1 where the router would refuse a user; 2 for a wrong command line.
`;
