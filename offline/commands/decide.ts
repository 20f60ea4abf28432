/** `modelloop decide FILE`: what the loop would make of a signal or a message, by the functions that its handlers call. */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { decideAtOnce } from "../../lambdas/domain/decide-at-once";
import { decideRetraining, reexamine } from "../../lambdas/domain/decide-retraining";
import type { AtOnceDecision, RetrainingDecision } from "../../lambdas/domain/decisions";
import type { Reading } from "../../lambdas/domain/messages/reading";
import { channelsOf, type Notice, noticeOfAtOnce, noticeOfRetraining } from "../../lambdas/domain/notices";
import { retrainingAskedBy, type Signal } from "../../lambdas/domain/signals";
import { instant } from "../../lambdas/domain/time";
import type { Values } from "../../lambdas/domain/values";
import { type DecideCase, LEDGER_WORDS, readCase, retrainingViewOf, trafficViewOf } from "./decide-input";
import { SAYS } from "./laptop";
import { COMMON_OPTIONS, strictOptions } from "./strict-options";
import { type Palette, palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

const OPTIONS = {
  ledger: { type: "string" },
  model: { type: "string", multiple: true },
  environment: { type: "string" },
  ...COMMON_OPTIONS,
} as const;

interface Told {
  readonly channels: readonly string[];
  readonly title: string;
}

interface Decided {
  readonly kind: string;
  readonly reason: string;
  readonly values: Values;
  /** What would happen outside of the ledger. */
  readonly does: string;
}

interface Outcome {
  readonly reading: Reading["kind"];
  readonly model: string;
  readonly severity?: Signal["severity"];
  readonly signal?: Signal;
  readonly decisions: readonly Decided[];
  readonly told: readonly Told[];
}

/** @param now the clock. @default - the machine's */
export function decideCommand(
  argv: readonly string[],
  terminal: Terminal,
  folder: string,
  now: () => Date = () => new Date(),
  standardInput: () => string = () => fs.readFileSync(0, "utf8"),
): number {
  const { values, positionals } = strictOptions("decide", argv, OPTIONS);
  if (values.help === true) {
    terminal.out(HELP);
    return 0;
  }
  const [file, surplus] = positionals;
  if (file === undefined) throw new UsageError("a file is missing: write modelloop decide signal.json, or - for standard input");
  if (surplus !== undefined) throw new UsageError(`${surplus} is too much; decide takes one file`);
  const ledgerWord = LEDGER_WORDS.find((word) => word === values.ledger);
  if (values.ledger !== undefined && ledgerWord === undefined) {
    throw new UsageError(`--ledger is ${values.ledger}; there are ${LEDGER_WORDS.join(", ")}, and in the file any other state`);
  }
  const asked = readCase({
    text: file === "-" ? standardInput() : contentOf(path.resolve(folder, file), file),
    clock: instant(now()),
    ...(ledgerWord !== undefined && { ledgerWord }),
    ...(values.environment !== undefined && { environment: values.environment }),
    ...(values.model !== undefined && { models: values.model }),
  });
  const outcomes = asked.read.readings.map((reading) => outcomeOf(reading, asked));
  terminal.out(values.json === true ? documentOf(asked, outcomes) : text(asked, outcomes, palette(terminal.colour)));
  return asked.read.faults.length === 0 ? 0 : 1;
}

function contentOf(full: string, shown: string): string {
  try {
    return fs.readFileSync(full, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new ConfigurationError(shown, [`${why}: name a file with a signal or a message in it, or - for standard input`]);
  }
}

function outcomeOf(reading: Reading, asked: DecideCase): Outcome {
  switch (reading.kind) {
    case "signal":
      return outcomeOfSignal(reading.signal, asked);
    case "wake-up": {
      const decision = reexamine(reading.model, retrainingViewOf(asked.ledger, reading.model, undefined, asked.now), asked.now);
      return {
        reading: "wake-up",
        model: reading.model,
        decisions: [decided(decision)],
        told: told(noticeOfRetraining(decision, undefined, asked.now)),
      };
    }
    case "news": {
      const { kind, model, reason } = reading;
      return {
        reading: kind,
        model,
        decisions: [{ kind: "record", reason, values: {}, does: "writes it down; nothing is asked" }],
        told: [],
      };
    }
    case "feedback": {
      const { kind, model, corrections, batch } = reading;
      const does = `counts ${corrections} corrections once; with each full thousand a retraining is asked for`;
      return { reading: kind, model, decisions: [{ kind: "count", reason: `batch ${batch}`, values: { corrections }, does }], told: [] };
    }
  }
}

/** In the order of the handler: traffic and people first, then the retraining. */
function outcomeOfSignal(signal: Signal, { ledger, now }: DecideCase): Outcome {
  const { model, severity } = signal;
  const atOnce = decideAtOnce(signal, trafficViewOf(ledger), now);
  const first = ledger.handled ? undefined : noticeOfAtOnce(atOnce, signal, now);
  if (retrainingAskedBy(signal) === undefined) {
    return { reading: "signal", model, severity, signal, decisions: atOnce.map(decided), told: told(first) };
  }
  const retraining = decideRetraining(signal, retrainingViewOf(ledger, model, signal, now), now);
  const decisions = [...atOnce, retraining].map(decided);
  return {
    reading: "signal",
    model,
    severity,
    signal,
    decisions,
    told: [...told(first), ...told(noticeOfRetraining(retraining, signal, now))],
  };
}

function told(notice: Notice | undefined): Told[] {
  return notice === undefined ? [] : [{ channels: channelsOf(notice), title: notice.title }];
}

type Decision = AtOnceDecision | RetrainingDecision;

function decided(decision: Decision): Decided {
  const { kind, reason, values } = decision;
  return { kind, reason, values, does: doing(decision) };
}

function doing(decision: Decision): string {
  switch (decision.kind) {
    case "start":
      return `starts the run ${decision.run} with ${decision.windowDays} days of data`;
    case "schedule":
      return `keeps it, and starts a run at ${decision.at}`;
    case "pend": {
      const when = decision.at === undefined ? "when that has changed" : `at ${decision.at}`;
      return `keeps it, starts nothing (${decision.blockedBy}), and examines it again ${when}`;
    }
    case "refuse":
      return "starts nothing, and says so to whoever asked";
    case "observe-only":
      return `touches nothing; in mode act it would ${decision.would}`;
    case "ignore":
      return "does nothing more";
    case "roll-back":
      return `sends all traffic from ${decision.from} back to ${decision.to}; a loop that writes no traffic wakes the on-call instead`;
    case "pause":
      return `pauses the roll-out of ${decision.run}`;
    case "page":
      return "wakes the on-call";
    case "record-scaling":
      return "writes it down; KEDA scales within its bounds";
    case "observe-more-often":
      return "writes it down, to be looked at more often";
    case "record":
      return "writes it down";
    case "withhold":
      return `does not ${NOT_DONE[decision.action]}, and says why`;
  }
}

const NOT_DONE = { "roll-back": "roll back", pause: "pause" } as const;

function documentOf({ kind, now, nowIs, ledger, ledgerGiven, read }: DecideCase, outcomes: readonly Outcome[]): string {
  const document = {
    input: kind,
    now,
    nowIs,
    ledger: { given: ledgerGiven, ...ledger },
    outcomes,
    faults: read.faults,
    foreign: read.foreign ?? [],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function text({ kind, now, nowIs, ledger, ledgerGiven, read }: DecideCase, outcomes: readonly Outcome[], paint: Palette): string {
  const idle = `idle and in mode ${ledger.mode}, for the ${kind} does not say (--ledger, or "ledger" in the file)`;
  const lines = [`  ${"ledger".padEnd(WIDTH)}${ledgerGiven ? ledgerText(ledger) : idle}`, `  ${"time".padEnd(WIDTH)}${now}, ${nowIs}`];
  for (const outcome of outcomes) lines.push("", ...outcomeText(outcome, paint));
  // A message would be kept aside; a signal that a person wrote has been sent nowhere.
  const kept = kind === "message" ? "quarantine" : "refused";
  for (const reason of read.foreign ?? []) lines.push("", `  ${paint.dim("leaves alone".padEnd(WIDTH))}${reason}`);
  for (const fault of read.faults) lines.push("", `  ${paint.red(kept.padEnd(WIDTH))}${fault}`);
  return ["", ...lines, "", ""].join("\n");
}

function ledgerText(state: DecideCase["ledger"]): string {
  const { mode, stopped, running, lastRun, brokenData } = state;
  const parts = [
    `mode ${mode}`,
    ...(stopped ? ["stopped"] : []),
    ...(running ? [`${running.run} is running`] : []),
    ...(lastRun ? [`the last run ended at ${lastRun.endedAt} (${lastRun.outcome})`] : []),
    ...(brokenData === undefined ? [] : [`broken data: ${brokenData}`]),
  ];
  return `${parts.join(", ")}, as given`;
}

function outcomeText({ reading, model, severity, signal, decisions, told: notices }: Outcome, paint: Palette): string[] {
  const heading = signal === undefined ? `${reading} for ${model}` : `${model}: ${signal.rule} is ${severity}`;
  const row = (name: string, content: string) => `  ${name.padEnd(WIDTH)}${content}`;
  return [
    `  ${paint.bold(heading)}`,
    ...decisions.flatMap(({ kind, reason, values, does }) => {
      const figures = Object.entries(values).map(([name, value]) => `${name} ${value}`);
      return [row(kind, reason), ...(figures.length > 0 ? [row("", paint.dim(figures.join(", ")))] : []), row("", `the loop ${does}`)];
    }),
    ...notices.map(({ channels, title }) => row("told", `${channels.join(", ")}: ${title}`)),
  ];
}

/** The longest kind of decision, and a blank. */
const WIDTH = 19;

const HELP = `Usage: modelloop decide FILE [options]

${SAYS.decide} FILE is a signal, a message as the loop's queue receives it (CloudWatch, Alertmanager, SNS, schedule,
feedback), or both with a ledger: {"signal": ..., "ledger": ...}; - is standard input. It is read and decided by the functions that run in the
cloud. Of a signal only model and rule are needed, with a value or a severity: {"model": "log-anomaly", "rule": "data-drift", "value": 0.34}.

  --ledger STATE      what the ledger knows: ${LEDGER_WORDS.join(", ")} (default: idle, in mode act)
  --model NAME        a model that the loop looks after; may be repeated (default: those that the message names)
  --environment NAME  where the names of its alarms begin (default: dev)
  --json              one JSON document on standard output, and nothing else there
  --help              this text

Exit code: 0, 1 where the loop would put the message into quarantine or the signal is none, 2 where the command line cannot be understood.
`;
