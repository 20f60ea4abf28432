/**
 * What a person asks of the loop from their own machine, and what needs no environment. Each is loaded only when it is asked for: together they
 * would add a fifth of a second to every other command.
 */
/* eslint-disable @typescript-eslint/no-require-imports -- for that reason */
import type * as ab from "./ab";
import type * as decide from "./decide";
import type * as fit from "./fit";
import type * as operator from "./operator";
import type * as route from "./route";
import type * as sampleSize from "./sample-size";
import type { Terminal } from "./terminal";

export const SAYS = {
  fit: "Whether models fit their GPU, their server and their nodes; if not, the nearest setting that does.",
  decide: "What the loop would make of a signal or of a raw message.",
  ab: "What an experiment of two arms says, and what the loop would decide.",
  "sample-size": "Outcomes that each arm of an experiment needs.",
  route: "Which variant and release a user gets, as the router reckons it.",
  status: "What the running loop is doing: its switch, and each model's mode, run and what waits.",
  retrain: "Asks the running loop for a retraining, in your name.",
  approve: "Says yes to a run that waits for approval, in your name.",
  reject: "Says no to a run that waits for approval, in your name.",
  "roll-back": "Sends users back to the version before, or to any that has served.",
  pause: "Holds the roll-out of a model where it is.",
  continue: "Lets a roll-out that is held go on.",
  stop: "Stops all automatic action of the running loop: it records and tells only.",
  resume: "Lets the running loop act by itself again.",
  history: "What the running loop decided about a model, on which figures, and who asked.",
} as const;

type Run = (argv: readonly string[], terminal: Terminal, folder: string) => number | Promise<number>;

const RUN: Record<keyof typeof SAYS, Run> = {
  fit: (...given) => (require("./fit") as typeof fit).fitCommand(...given),
  decide: (...given) => (require("./decide") as typeof decide).decideCommand(...given),
  ab: (argv, terminal) => (require("./ab") as typeof ab).abCommand(argv, terminal),
  "sample-size": (argv, terminal) => (require("./sample-size") as typeof sampleSize).sampleSizeCommand(argv, terminal),
  route: (...given) => (require("./route") as typeof route).routeCommand(...given),
  status: asking("status"),
  retrain: asking("retrain"),
  approve: asking("approve"),
  reject: asking("reject"),
  "roll-back": asking("roll-back"),
  pause: asking("pause"),
  continue: asking("continue"),
  stop: asking("stop"),
  resume: asking("resume"),
  history: asking("history"),
};

function asking(command: operator.OperatorCommand): Run {
  return (argv, terminal) => (require("./operator") as typeof operator).operatorCommand(command, argv, terminal);
}

export const LAPTOP_COMMANDS = (Object.keys(SAYS) as (keyof typeof SAYS)[]).map((name) => ({
  name,
  says: SAYS[name],
  run: async (argv: readonly string[], terminal: Terminal, folder: string) => RUN[name](argv, terminal, folder),
}));
