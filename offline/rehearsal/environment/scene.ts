/** One rehearsal as the report shows it. Pure. */
import { THE_LOOP } from "../../../lambdas/domain/ledger-audit";
import { readAlarmName } from "../../../lambdas/domain/alarm-names";
import type { RehearsedScene } from "../../report/rehearsal-section";
import { counted } from "../../report/signs";
import type { Bar, Lane, Mark, Mood } from "../../report/timeline";
import type { Happening } from "../journal";
import { FLAPPING } from "../scenarios/happenings";
import { outcomeOf } from "../scenarios/promises";
import type { Rehearsal } from "../scenarios/rehearse";
import { type Line, story, storyText } from "../scenarios/story";
import { shortName } from "../scenarios/story-words";
import { MOODS } from "./moods";
import { rollOutsOf } from "./roll-outs";

const SEVERITY_MOODS: Record<string, Mood> = { critical: "bad", warning: "warn" };

export function sceneOf(rehearsal: Rehearsal, environment: string, shortened?: string): RehearsedScene {
  const { scenario, starts, runs, virtualDays, faults } = rehearsal;
  const lines = story(rehearsal);
  const facts = [`${virtualDays.toFixed(1)} days`, counted(runs.length, "run"), ...(shortened === undefined ? [] : [shortened])];
  return {
    ...{ title: scenario.title, because: scenario.because, facts: facts.join(", "), faults },
    timeline: { starts, ends: starts + scenario.lasts, lanes: lanesOf(rehearsal, environment, lines) },
    story: storyText(lines),
    rollOuts: rollOutsOf(rehearsal, lines, signalLanes(rehearsal, environment)),
    trail: rehearsal.audit.map(({ time, event, model, user, reason, values }) => ({
      ...{ time, event, model, reason, values },
      user: user === THE_LOOP ? "" : shortName(user),
    })),
  };
}

function lanesOf(rehearsal: Rehearsal, environment: string, lines: readonly Line[]): Lane[] {
  const decisions = lines.map(({ at, kind, what, came }): Mark => ({ at, mood: MOODS[kind], says: `${what}: ${came}` }));
  return [
    ...signalLanes(rehearsal, environment),
    ...peopleLanes(rehearsal.happenings),
    { name: "decisions", bars: [], marks: decisions },
    { name: "runs", bars: runBars(rehearsal), marks: [] },
    ...toldLanes(rehearsal.happenings),
  ];
}

/** A lane for each rule that spoke: from when an alarm or alert of it went off until it was over. */
function signalLanes({ happenings, scenario, starts }: Rehearsal, environment: string): Lane[] {
  const models = scenario.models.map(({ name }) => name);
  const ends = starts + scenario.lasts;
  const lanes = new Map<string, Bar[]>();
  const open = new Map<string, { rule: string; bar: Bar }>();
  for (const happening of happenings) {
    const change = signalIn(happening, environment, models);
    if (change === undefined) continue;
    const at = Date.parse(happening.at);
    const known = open.get(change.name);
    if (change.isMoment) {
      const { rule, severity } = change;
      lanes.set(rule, [
        ...(lanes.get(rule) ?? []),
        { from: at, to: at, mood: SEVERITY_MOODS[severity] ?? "plain", says: `${rule} ${severity}` },
      ]);
      continue;
    }
    if (change.isOn) {
      if (known !== undefined) continue;
      const { rule, severity, model } = change;
      const name = models.length > 1 ? `${model} ${rule}` : rule;
      open.set(change.name, {
        rule: name,
        bar: { from: at, to: ends, mood: SEVERITY_MOODS[severity] ?? "plain", says: `${name} ${severity}` },
      });
      continue;
    }
    if (known === undefined) continue;
    lanes.set(known.rule, [...(lanes.get(known.rule) ?? []), { ...known.bar, to: at }]);
    open.delete(change.name);
  }
  for (const { rule, bar } of open.values()) lanes.set(rule, [...(lanes.get(rule) ?? []), bar]);
  // What is worse is drawn over what is less bad.
  const rank: Mood[] = ["plain", "good", "warn", "bad"];
  return [...lanes].map(([name, bars]) => ({
    name,
    bars: bars.sort((one, other) => rank.indexOf(one.mood) - rank.indexOf(other.mood)),
    marks: [],
  }));
}

interface SignalChange {
  name: string;
  model: string;
  rule: string;
  severity: string;
  isOn: boolean;
  /** It flaps: over as soon as it was told. */
  isMoment: boolean;
}

function signalIn({ what, about }: Happening, environment: string, models: readonly string[]): SignalChange | undefined {
  if (what === "alarm.changed") {
    const name = about["alarm"] as string;
    const identity = readAlarmName(name, environment, models);
    return identity === undefined
      ? undefined
      : { name, ...identity, isOn: about["to"] === "ALARM", isMoment: about["reason"] === FLAPPING };
  }
  if (what !== "alert.firing" && what !== "alert.resolved") return undefined;
  const { model, rule, severity } = about as { model: string; rule: string; severity: string };
  return { name: `${model} ${rule} ${severity}`, model, rule, severity, isOn: what === "alert.firing", isMoment: false };
}

const DEEDS: Record<string, (about: Happening["about"]) => string> = {
  "feedback.given": ({ corrections }) => `${corrections as number} corrections`,
  "operator.asked": ({ verb }) => `asks for ${verb as string}`,
  "run.aborted": ({ run }) => `aborts ${run as string}`,
};

function peopleLanes(happenings: readonly Happening[]): Lane[] {
  const marks = happenings.flatMap(({ what, who, at, about }): Mark[] => {
    const says = DEEDS[what]?.(about);
    return says === undefined ? [] : [{ at: Date.parse(at), mood: "warn", says: `${who}: ${says}` }];
  });
  return marks.length === 0 ? [] : [{ name: "people", bars: [], marks }];
}

function runBars({ happenings, runs, scenario, starts }: Rehearsal): Bar[] {
  return runs.map((run) => {
    const end = happenings.find(
      ({ what, about }) => what === "execution.changed" && about["name"] === run.name && about["status"] !== "RUNNING",
    );
    const outcome = outcomeOf(run);
    const mood = outcome === "promoted" ? "good" : outcome === "rejected" ? "plain" : "warn";
    return {
      from: run.startedAt,
      to: end === undefined ? starts + scenario.lasts : Date.parse(end.at),
      mood,
      says: `${run.name}: ${outcome}`,
    };
  });
}

/** What CloudWatch mails by itself about the loop's own health when it begins to look is not told: each alarm says once that all is well. */
function toldLanes(happenings: readonly Happening[]): Lane[] {
  const lanes = new Map<string, Mark[]>();
  for (const { what, at, about } of happenings) {
    if (what !== "people.told") continue;
    const text = about["text"] as string;
    if (text.startsWith('{"AlarmName"') && text.includes('"NewStateValue":"OK"')) continue;
    const channel = about["channel"] as string;
    const mood: Mood = channel === "pagerduty" ? "bad" : "plain";
    lanes.set(channel, [...(lanes.get(channel) ?? []), { at: Date.parse(at), mood, says: text.split("\n")[0] ?? "" }]);
  }
  return [...lanes].map(([channel, marks]) => ({ name: `told: ${channel}`, bars: [], marks }));
}
