/** What each record of the trail is in a story: a line, or nothing. Pure. */
import type { Audited } from "./promises";
import type { Releases } from "./release-words";

/** back: users, or a run, are not where they were to be. */
export type LineKind = "run" | "end" | "back" | "wait" | "person" | "nothing";

/** A word or two, for a picture, and what came of it in a few more. */
export interface Told {
  readonly kind: LineKind;
  readonly came: string;
  readonly short: string;
  /** What led to it, where another record says it better than its own. */
  readonly what?: string;
}

/** @param before what was recorded of the model until then, oldest first */
type Words = (record: Audited, releases: Releases, before: readonly Audited[]) => Told | undefined;

const told = (kind: LineKind, came: string, short: string, what?: string): Told => ({
  ...{ kind, came, short },
  ...(what !== undefined && { what }),
});

/** What is left out is routine: each change of each alarm is in the log. */
export const WORDS: Readonly<Partial<Record<string, Words>>> = {
  "retraining.start": () => told("run", "a retraining starts", "run starts"),
  "retraining.schedule": () => told("wait", "a retraining is put on the calendar", "scheduled"),
  "retraining.pend": () => told("wait", "a retraining waits", "waits"),
  "retraining.refuse": () => told("nothing", "refused", "refused"),
  "retraining.ignore": () => told("nothing", "nothing is to be done", "ignored"),
  "retraining.observe-only": () => told("nothing", "nothing is done in mode observe", "observed"),
  "retraining.ended": ({ reason, values }, _releases, before) => {
    const outcome = reason.replace(/^.* ended: /, "");
    const champion = before.findLast(({ event, values: { run } }) => event === "model.promoted" && run === values["run"])?.version;
    const what = champion === undefined ? undefined : `the registry's champion is version ${champion}`;
    return told(
      outcome === "promoted" ? "end" : outcome === "rejected" ? "nothing" : "back",
      `the run ended: ${outcome}`,
      `run ${outcome}`,
      what,
    );
  },
  "run.planned": ({ values: { refused, trainFrom, trainUntil, holdoutUntil } }) =>
    refused === true
      ? told("nothing", "the run is refused", "refused")
      : told("run", "the run is planned", "planned", `trains on ${trainFrom} to ${trainUntil}, judged by what came until ${holdoutUntil}`),
  "run.data-checked": ({ values }) =>
    values["verdict"] === "sound" ? told("run", "the data is sound", "data sound") : told("back", "the data stops the run", "data broken"),
  "run.judged": judged,
  "run.packaged": ({ values }) =>
    values["kind"] === "released"
      ? told("run", "the release is packed", "packaged", String(values["models"]).replaceAll(" ", ", "))
      : told("back", "no release comes of it", "not packaged"),
  "model.registered": () => told("run", "it is a candidate", "registered"),
  "model.rejected": ({ reason, values: { semanticVersion = "the version" } }, { spoken }) =>
    told("back", `${semanticVersion} is rejected`, "rejected", withoutLimits(spoken(reason))),
  "model.restored": () => told("end", "the registry follows", "alias restored"),
  "model.disagreement": () => told("person", "registry and traffic disagree: a person is woken", "disagreement"),
  "approval.asked": ({ values: { needed, question } }) =>
    told(
      "wait",
      `${needed === 1 ? "an approver is" : `${needed} approvers are`} asked`,
      question === "promotion" ? "asked again" : "asked",
    ),
  "approval.answered": ({ user, values: { said, verdict, refused } }) => {
    if (refused === true) return told("wait", `${shortName(user)} is turned away: nothing changes`, "turned away");
    const verb = said === "approved" ? "approves" : "refuses";
    const rest = verdict === "open" ? ", others must too" : "";
    return told(said === "approved" ? "end" : "back", `${shortName(user)} ${verb}${rest}`, `${shortName(user)} ${verb}`);
  },
  "roll-out.stage": staged,
  "roll-out.paused": ({ user }) => told("wait", `${shortName(user)} holds the roll-out`, "paused"),
  "roll-out.resumed": ({ user }) => told("run", `${shortName(user)} lets it go on`, "goes on"),
  "roll-out.promoted": ({ version = "" }, { called, spoken }, before) =>
    told(
      "end",
      `${called(version)} is promoted`,
      `${called(version)} promoted`,
      spoken(lastCheck(before) ?? "there was nothing to compare it with"),
    ),
  "roll-out.rolled-back": ({ values: { from = "", to = "" } }, { called }) =>
    // By the split: the router's pods may be some time in following.
    told("end", `everybody is sent to ${called(String(to))} again`, "all back", `${called(String(from))} gets no users any more`),
  "traffic.roll-back": ({ reason, values: { run } }, { spoken }, before) => {
    const hadUsers = run === undefined || before.some(({ event, values }) => event === "roll-out.begun" && values["run"] === run);
    const [came, short] = hadUsers ? ["traffic is rolled back", "rolled back"] : ["the roll-out is given up", "given up"];
    return told("back", came, short, withoutLimits(spoken(reason)));
  },
  "traffic.pause": () => told("end", "the roll-out is paused", "paused"),
  "traffic.page": () => told("person", "a person is paged", "paged"),
  "traffic.withhold": ({ reason }) =>
    reason.startsWith("not paused")
      ? told("person", "nothing is held: a person decides", "not paused")
      : told("person", "no roll-back: a person decides", "no roll-back"),
  "loop.stopped": ({ user }) => told("person", `${shortName(user)} stops all automatic action`, "stopped"),
  "loop.resumed": ({ user }) => told("person", `${shortName(user)} lets the loop act again`, "resumed"),
  "feedback.trigger": () => told("wait", "a thousand corrections are full", "corrections"),
  "data-quality.changed": () => told("nothing", "the data is judged anew", "data judged"),
  "infrastructure.changed": () => told("nothing", "the old release's pods sleep", "old sleeps"),
};

function judged({ values }: Audited): Told {
  const { kind, approval, verifiedLabels: _labels, semanticVersion = "", run: _run, ...gates } = values;
  if (kind !== "passed") return told("back", "it fails its gates", "gates failed");
  const asks = approval === undefined || approval === "not needed" ? "" : "; a person decides";
  return told("run", `${semanticVersion} passes every gate${asks}`, "gates passed", gateWords(gates));
}

/** Of one model each with its figure; those of several would be cut after the first. */
function gateWords(gates: Audited["values"]): string | undefined {
  const models = [...new Set(Object.keys(gates).map((gate) => gate.split(": ")[0] ?? ""))];
  if (models.length === 0) return undefined;
  if (models.length > 1) return `${Object.keys(gates).length} gates of ${models.join(" and ")}`;
  return Object.entries(gates)
    .map(([gate, value]) => `${gate.replace(/^.*?: /, "")} (${value})`)
    .join(", ");
}

/** A stage that is set, or what one of its checks decided. What decides for the next stage is told with that; a look at variants that goes on, not at all. */
function staged({ values, reason, version = "" }: Audited, { called, spoken }: Releases, before: readonly Audited[]): Told | undefined {
  const { decision, percent = 0 } = values;
  if (decision === undefined) {
    const share = `${called(version)} gets ${percent} % of users`;
    return told("run", share, `${percent} %`, spoken(lastCheck(before) ?? reason.split(": ")[1] ?? reason));
  }
  switch (String(decision)) {
    case "next":
    case "promote":
    case "roll-back":
    case "continue":
      return undefined;
    case "ask":
      return told("person", "nobody knows without labels: a person is asked", "no labels", withoutVerb(reason));
    case "hold":
    case "wait-for-labels":
      return told(
        "wait",
        decision === "hold" ? "the roll-out holds" : "it waits for labels",
        decision === "hold" ? "holds" : "no labels",
        withoutVerb(reason),
      );
    case "paused":
      return told("wait", "the roll-out stands still", "paused", withoutVerb(reason));
    case "stay":
      return told("run", "the roll-out goes on", "goes on", withoutVerb(reason));
    default:
      return told("nothing", "reported, and not applied", "A/B look");
  }
}

function lastCheck(before: readonly Audited[]): string | undefined {
  const last = before.findLast(({ event }) => event.startsWith("roll-out."));
  return last?.event === "roll-out.stage" && last.values["decision"] !== undefined ? withoutVerb(last.reason) : undefined;
}

/** `next: 5 %: error rate: 0 …` without the word that the line ends with. */
function withoutVerb(reason: string): string {
  return withoutLimits(reason.replace(/^[a-z-]+: /, ""));
}

/** What each limit allows, and further digits, are in the trail. */
function withoutLimits(reason: string): string {
  const said = reason.replaceAll(/; allowed [^;]*/g, "").replaceAll(/; 0 of \d+ windows broke it[^;]*/g, "");
  const measured = said.replaceAll(/([a-z]): (\d[\d.]*), (\d[\d.]*) times the old version's/g, "$1 $2 ($3 × the old)");
  return measured.replaceAll(/(?<![.\d])\d+\.\d+(?![.\d])/g, (digits) => String(Number(Number(digits).toPrecision(2))));
}

export function shortName(user: string): string {
  return user.split("/").pop() ?? user;
}
