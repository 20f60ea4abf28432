/** What a person or CI may ask of the loop. Every change carries the name that IAM gave to whoever asked; reading changes nothing. */
import type { RetrainingDecision } from "../domain/decisions";
import type { DeclaredModel } from "../domain/declared-models";
import type { AuditRecord } from "../domain/ledger-audit";
import { runFrom, type RunInTrail } from "../domain/run-history";
import type { Mode, TrafficView } from "../domain/ledger-view";
import type { OperatorRequest, OperatorVerb } from "../domain/messages/operator-request";
import { noticeOfSwitch } from "../domain/notices";
import type { KeptVersion } from "../domain/ledger-records";
import { EVENT_RULES } from "../domain/rules";
import { signalSchema, type Signal } from "../domain/signals";
import { waitingLine } from "../domain/summary";
import { hoursAfter, minutesAfter } from "../domain/time";
import { keepDeclaredMode } from "./declared-mode";
import type { OperatorLoop, RetrainingLoop } from "./loop";
import { answerApproval, openApproval, type OpenApproval } from "./operator-approvals";
import { pauseByHand, rollBackByHand } from "./operator-traffic";
import { settleRetraining } from "./settle-retraining";

export interface OperatorAnswer {
  status: 200 | 202 | 404 | 409;
  body: RetrainAnswer | SwitchAnswer | StatusAnswer | HistoryAnswer | DoneAnswer | Refusal;
}

export interface RetrainAnswer {
  decision: RetrainingDecision["kind"];
  reason: string;
  run?: string;
  /** When it is due, or examined again. */
  at?: string;
}

export interface SwitchAnswer {
  stopped: boolean;
  note: string;
}

export interface ModelStatus extends Pick<TrafficView, "rollOut" | "promotion" | "fence"> {
  model: string;
  line: string;
  mode: Mode;
  declaredMode: Mode;
  /** The newest run of the last 8 days, where it is among the newest 500 records. */
  run?: RunInTrail;
  waiting?: string;
  /** Runs that wait for people. */
  approvals?: OpenApproval[];
  /** O5: the versions that users can be sent back to, the newest first. */
  kept?: Pick<KeptVersion, "version" | "semanticVersion" | "release" | "promotedAt">[];
}

export interface StatusAnswer {
  stopped: boolean;
  models: ModelStatus[];
}

export interface HistoryAnswer {
  model: string;
  /** Newest first. */
  records: AuditRecord[];
  /** Whether older ones of the days asked for are left out; they are not counted, because counting would be reading them. */
  leftOut: boolean;
}

/** Of what was done to one run or one roll-out. */
export interface DoneAnswer {
  done: string;
  note: string;
}

export interface Refusal {
  faults: string[];
}

export async function answerOperator(request: OperatorRequest, loop: OperatorLoop): Promise<OperatorAnswer> {
  const { asked } = request;
  switch (asked.verb) {
    case "retrain":
      return retrain(request, asked, loop);
    case "stop":
    case "resume":
      return throwSwitch(request, asked.verb === "stop", asked.reason, loop);
    case "approve":
    case "reject":
      return answerApproval(request, asked, loop);
    case "roll-back":
      return inModel(asked.model, loop, (declared) => rollBackByHand(request, asked, declared, loop));
    case "pause":
    case "continue":
      return inModel(asked.model, loop, (declared) => pauseByHand(request, asked, declared, loop));
    case "status":
      return status(asked.model, loop);
    case "history":
      return history(asked.model, asked.days, loop);
  }
}

async function inModel(
  model: string,
  loop: RetrainingLoop,
  answer: (declared: DeclaredModel) => Promise<OperatorAnswer>,
): Promise<OperatorAnswer> {
  const declared = loop.models.find((each) => each.model === model);
  return declared === undefined ? unknownModel(model, loop) : answer(declared);
}

type Retrain = Extract<OperatorVerb, { verb: "retrain" }>;

const STATUS_OF: Record<RetrainingDecision["kind"], OperatorAnswer["status"]> = {
  start: 202,
  schedule: 202,
  pend: 202,
  "observe-only": 200,
  ignore: 200,
  refuse: 409,
};

async function retrain(request: OperatorRequest, asked: Retrain, loop: RetrainingLoop): Promise<OperatorAnswer> {
  const declared = loop.models.find(({ model }) => model === asked.model);
  if (declared === undefined) return unknownModel(asked.model, loop);
  await keepDeclaredMode(declared, loop);
  const decision = await settleRetraining(declared, signalOf(request, asked), loop);
  const run = decision.kind === "start" ? { run: decision.run } : {};
  const at = "at" in decision && decision.at !== undefined ? { at: decision.at } : {};
  return { status: STATUS_OF[decision.kind], body: { decision: decision.kind, reason: decision.reason, ...run, ...at } };
}

function signalOf({ caller, at }: OperatorRequest, { model, because, reason, commit, windowDays }: Retrain): Signal {
  return signalSchema.parse({
    ...{ schemaVersion: 1, model, rule: because, severity: EVENT_RULES[because].severity, firedAt: at, reason },
    ...{ source: because === "manual" ? "person" : "ci", askedBy: caller.slice(0, 500), windowDays },
    // Part of the identity: of two people who ask in one millisecond, neither may be taken for the other.
    subject: (commit ?? caller).slice(-200),
  });
}

async function throwSwitch(request: OperatorRequest, stopped: boolean, reason: string, loop: RetrainingLoop): Promise<OperatorAnswer> {
  const { ledger, notifier, logbook, clock } = loop;
  const now = clock.now();
  const user = request.caller.slice(0, 500);
  const already = (await ledger.stopped()) === stopped;
  await ledger.setStopped(stopped, { user, reason, now });
  logbook.decided({ event: stopped ? "loop.stopped" : "loop.resumed", reason, values: { user, already } });
  // Also when nothing changes: whoever set it before may have died before telling.
  const notice = noticeOfSwitch(stopped, user, reason, now);
  if (notice !== undefined) await notifier.tell(notice);
  return { status: 200, body: { stopped, note: `${already ? "it was so already; " : ""}${NOTES[stopped ? "stopped" : "resumed"]}` } };
}

const NOTES = {
  stopped: "what comes in is decided, recorded and told, and waits; runs that are under way go on",
  resumed: "what waits is examined within the hour",
};

async function status(model: string | undefined, loop: RetrainingLoop): Promise<OperatorAnswer> {
  const asked = loop.models.filter((each) => model === undefined || each.model === model);
  if (asked.length === 0) return unknownModel(model ?? "", loop);
  const models: ModelStatus[] = [];
  for (const declared of asked) models.push(await statusOf(declared, loop));
  return { status: 200, body: { stopped: await loop.ledger.stopped(), models } };
}

async function statusOf(declared: DeclaredModel, { ledger, clock }: RetrainingLoop): Promise<ModelStatus> {
  const { model, line } = declared;
  const now = clock.now();
  const { mode, fence, rollOut, promotion } = await ledger.trafficView(declared);
  const days = { from: hoursAfter(now, -8 * 24), until: minutesAfter(now, 1) };
  const records = await ledger.auditRecords({ model, ...days, newest: MOST_RECORDS });
  const pending = (await ledger.waiting(line, now)).find(({ subject }) => subject.model === model)?.pending;
  const run = runFrom(records);
  const approvals = (await ledger.openApprovals(declared, now)).map(openApproval);
  const kept = (await ledger.keptVersions(declared)).slice(0, MOST_KEPT_SHOWN);
  return {
    ...{ model, line, mode, declaredMode: declared.mode, fence, rollOut, promotion },
    ...(run && { run }),
    ...(pending && { waiting: waitingLine(pending) }),
    ...(approvals.length > 0 && { approvals }),
    ...(kept.length > 0 && {
      kept: kept.map(({ version, semanticVersion, release, promotedAt }) => ({ version, semanticVersion, release, promotedAt })),
    }),
  };
}

const MOST_KEPT_SHOWN = 5;

/** An answer of API Gateway holds 10 MB, a function URL's 6; a record is about 1 KB. */
const MOST_RECORDS = 500;

async function history(model: string, days: number, loop: RetrainingLoop): Promise<OperatorAnswer> {
  if (!loop.models.some((each) => each.model === model)) return unknownModel(model, loop);
  const now = loop.clock.now();
  const span = { from: hoursAfter(now, -days * 24), until: minutesAfter(now, 1) };
  const records = await loop.ledger.auditRecords({ model, ...span, newest: MOST_RECORDS + 1 });
  const newest = records.slice(-MOST_RECORDS).reverse();
  return { status: 200, body: { model, records: newest, leftOut: records.length > newest.length } };
}

function unknownModel(model: string, { models }: RetrainingLoop): OperatorAnswer {
  const known = models.map((each) => each.model).join(", ");
  return { status: 404, body: { faults: [`model is ${JSON.stringify(model)}; this loop looks after ${known}: name one of them`] } };
}
