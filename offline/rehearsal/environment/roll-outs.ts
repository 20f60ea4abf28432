/** The roll-outs of a rehearsal, read from its trail and from what the router's pods ran, as the report draws them. Pure. */
import type { RollOutScene } from "../../report/rehearsal-section";
import type { LabelledMark, RollOutPicture, Stage, Turn } from "../../report/roll-out-picture";
import type { Bar, Lane, Mark } from "../../report/timeline";
import type { Audited, Played } from "../scenarios/promises";
import { type Releases, releasesIn } from "../scenarios/release-words";
import type { Line } from "../scenarios/story";
import { shortName } from "../scenarios/story-words";
import { MOODS } from "./moods";

/** Of its length: before the first mark, and after the last, where users are seen to stay. */
const MARGINS = { before: 0.03, after: 0.08 };
/** How the machine came to its end is of interest only near the end of what users saw of it. */
const AFTERMATH = 0.25;
/** Each is a picture; the others are in the trail. */
const MOST = 4;
const NOBODY = "none";

/** @param signals what spoke, over the whole rehearsal */
export function rollOutsOf(played: Played, lines: readonly Line[], signals: readonly Lane[]): RollOutScene[] {
  const releases = releasesIn(played.audit);
  const begun = played.audit.filter(({ event }) => event === "roll-out.begun");
  const replacing = begun.filter(({ values }) => values["champion"] !== NOBODY);
  // The first release of a model takes nobody from another: where more happened, it is not what is looked for.
  const drawn = (replacing.length > 0 ? replacing : begun).slice(0, MOST);
  return drawn.map((record) => sceneOf(record, played, { releases, lines, signals }));
}

interface Around {
  readonly releases: Releases;
  readonly lines: readonly Line[];
  readonly signals: readonly Lane[];
}

function sceneOf(begun: Audited, played: Played, { releases, lines, signals }: Around): RollOutScene {
  const { model, values } = begun;
  const [release, champion, run] = [String(values["candidate"]), String(values["champion"]), String(values["run"])];
  const { called } = releases;
  const turns = turnsOf(release, begun, played.audit);
  const [starts, ends] = windowOf(run, begun, turns, played);
  const isWithin = (at: number): boolean => at >= starts && at <= ends;
  const old = champion === NOBODY ? {} : { old: called(champion) };
  const picture: RollOutPicture = {
    ...{ starts, ends, candidate: called(release), ...old, turns },
    steps: stepsOf(release, played).filter(({ at }) => at <= ends),
    stages: stagesOf(release, begun, turns, ends, played.audit),
    lanes: [
      ...signals.map((lane) => clipped(lane, starts, ends)).filter(({ bars, marks }) => bars.length + marks.length > 0),
      ...asked(run, ends, played.audit),
    ],
    decisions: lines
      .filter((line) => (line.model === model || line.model === "") && isWithin(line.at))
      .map(({ at, kind, what, came, short }): LabelledMark => ({ at, mood: MOODS[kind], label: short, says: `${what}: ${came}` })),
  };
  const card = played.cards.find((each) => each.run === run)?.text;
  const outcome = turns[turns.length - 1]?.kind;
  return { model, picture, ...(outcome !== undefined && { outcome }), ...(card !== undefined && { card }) };
}

/** Users may be taken back from what was promoted, as long as what served before is kept. */
function turnsOf(release: string, begun: Audited, audit: readonly Audited[]): Turn[] {
  const later = audit.slice(audit.indexOf(begun));
  const promoted = later.find(({ event, version }) => event === "roll-out.promoted" && version === release);
  const back = later.find(({ event, values }) => /^(traffic\.roll-back|roll-out\.rolled-back)$/.test(event) && values["from"] === release);
  const turns = [turnAt(promoted, "promoted"), turnAt(back, "rolled back")].flat();
  return turns.sort((one, other) => one.at - other.at);
}

function turnAt(record: Audited | undefined, kind: Turn["kind"]): Turn[] {
  return record === undefined ? [] : [{ at: Date.parse(record.time), kind }];
}

/** From the run's beginning until users are where they stay. */
function windowOf(run: string, begun: Audited, turns: readonly Turn[], { audit, starts, scenario }: Played): [number, number] {
  const of = (event: string): number | undefined => {
    const found = audit.find((record) => record.event === event && record.values["run"] === run);
    return found === undefined ? undefined : Date.parse(found.time);
  };
  const first = of("retraining.start") ?? Date.parse(begun.time);
  const turned = turns[turns.length - 1]?.at ?? starts + scenario.lasts;
  const ended = of("retraining.ended") ?? turned;
  const last = Math.max(turned, ended - turned <= (turned - first) * AFTERMATH ? ended : turned);
  return [first - (last - first) * MARGINS.before, last + (last - first) * MARGINS.after];
}

function stepsOf(release: string, { splits }: Played): { at: number; percent: number }[] {
  const first = splits.findIndex(({ of }) => (of[release] ?? 0) > 0);
  return first < 0 ? [] : splits.slice(first).map(({ at, of }) => ({ at, percent: (of[release] ?? 0) * 100 }));
}

function stagesOf(release: string, begun: Audited, turns: readonly Turn[], ends: number, audit: readonly Audited[]): Stage[] {
  const set = audit
    .slice(audit.indexOf(begun))
    .filter(({ event, version, values }) => event === "roll-out.stage" && version === release && values["decision"] === undefined)
    .map(({ time, values }) => ({ from: Date.parse(time), percent: Number(values["percent"]) }));
  const last = turns[0]?.at ?? ends;
  return set
    .filter(({ from }) => from <= last)
    .map(({ from, percent }, index) => ({ percent, from, to: Math.min(last, set[index + 1]?.from ?? last) }));
}

function clipped({ name, bars, marks }: Lane, starts: number, ends: number): Lane {
  return {
    name,
    bars: bars
      .filter(({ from, to }) => to >= starts && from <= ends)
      .map((bar) => ({ ...bar, from: Math.max(starts, bar.from), to: Math.min(ends, bar.to) })),
    marks: marks.filter(({ at }) => at >= starts && at <= ends),
  };
}

/** From the question to the answer: how long the run waited for a person. */
function asked(run: string, ends: number, audit: readonly Audited[]): Lane[] {
  const of = (event: string): Audited[] => audit.filter((record) => record.event === event && record.values["run"] === run);
  const answers = of("approval.answered").filter(({ values }) => values["refused"] !== true);
  const bars = of("approval.asked").map((question): Bar => {
    const decided = answers.find(({ values }) => values["question"] === question.values["question"] && values["verdict"] !== "open");
    const to = decided === undefined ? ends : Date.parse(decided.time);
    return { from: Date.parse(question.time), to, mood: "warn", says: `asked, because ${question.reason}` };
  });
  const marks = answers.map(({ time, user, reason, values }): Mark => {
    const isYes = values["said"] === "approved";
    return { at: Date.parse(time), mood: isYes ? "good" : "bad", says: `${shortName(user)} ${isYes ? "approves" : "refuses"}: ${reason}` };
  });
  return bars.length + marks.length === 0 ? [] : [{ name: "approval", bars, marks }];
}
