/**
 * What must be true of whole runs when a storm has passed: users were only ever divided as somebody declared, by one writer and by nothing that
 * failed a gate; each run has come to an end that is written down, and holds nothing any more.
 */
import { PAUSE_ANNOTATION, RELEASE_VARIABLE, SERVER_CONTAINER, slotName, SLOTS } from "../../../lambdas/domain/packages/slots";
import { SPLIT_KEYS } from "../../../lambdas/domain/split/split-configuration";
import { readSplit, type Split } from "../../../lambdas/domain/split/split";
import type { RunPlace } from "../platform/trained-models";
import { releasesIn } from "../platform/users";
import type { KubernetesObject } from "../standins/field-owners";
import type { World } from "../world";
import type { SettledLedger } from "./after-the-storm";
import type { Played } from "./promises";

export interface SplitWrite {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly split: Split;
}

/** What became of the cluster and the registry. */
export interface SettledRuns {
  readonly writes: readonly SplitWrite[];
  readonly slots: readonly SettledSlot[];
  readonly versions: readonly { readonly version: string; readonly lifecycle: string; readonly run: string }[];
  /** Names of the roll-outs that still run. */
  readonly rollOuts: readonly string[];
}

interface SettledSlot {
  readonly slot: string;
  /** Empty: none. */
  readonly release: string;
  readonly sleeps: boolean;
}

/** From now on; to be asked when all is over. */
export function watchRuns(world: World, { specs: [spec], rollOutArn }: RunPlace): () => SettledRuns {
  const writes: SplitWrite[] = [];
  const serving = spec?.serving;
  const { cluster } = world;
  const splitPath = `/api/v1/namespaces/${serving?.namespace}/configmaps/${serving?.router}-split`;
  cluster.changed((path) => {
    const { data = {} } = (cluster.get(path) ?? {}) as { data?: Record<string, string> };
    if (path === splitPath) writes.push({ at: world.time.now(), split: readSplit(data[SPLIT_KEYS.state] ?? "") });
  });
  return () => ({
    writes,
    slots: serving === undefined ? [] : SLOTS.map((slot) => settledSlot(cluster, serving.namespace, slotName(serving.server, slot), slot)),
    versions: world.mlflow.versionsOf(spec?.model ?? "").map(({ version, tags }) => ({
      ...{ version, lifecycle: tags["lifecycle"] ?? "", run: tags["run"] ?? "" },
    })),
    rollOuts: world.stepFunctions
      .all()
      .filter(({ machine, status }) => machine === rollOutArn && status === "RUNNING")
      .map(({ name }) => name),
  });
}

/** Percent, one entry each time that somebody wrote another. */
export function challengerShares({ writes }: Pick<SettledRuns, "writes">): number[] {
  const shares = writes.map(({ split }) => (split.experiment.arms.find(({ variant }) => variant === "challenger")?.hundredths ?? 0) / 100);
  return shares.filter((share, index) => share !== shares[index - 1]);
}

function settledSlot(cluster: World["cluster"], namespace: string, name: string, slot: string): SettledSlot {
  const deployment = cluster.get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`) as unknown as Deployment | undefined;
  const scaled = cluster.get(`/apis/keda.sh/v1alpha1/namespaces/${namespace}/scaledobjects/${name}`) as KubernetesObject & Annotated;
  const server = deployment?.spec.template.spec.containers.find((each) => each.name === SERVER_CONTAINER);
  const prefix = server?.env?.find((each) => each.name === RELEASE_VARIABLE)?.value ?? "";
  return { slot, release: prefix.split("/").filter(Boolean).pop() ?? "", sleeps: scaled.metadata.annotations?.[PAUSE_ANNOTATION] === "0" };
}

interface Deployment {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  };
}

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

interface Annotated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

export function unsettledRuns(played: Played, ledger: SettledLedger, settled: SettledRuns): string[] {
  return [
    ...brokenTrafficRules(played, settled),
    ...withoutEnd(played, ledger),
    ...stillHeld(played, ledger, settled),
    ...atOdds(played, ledger, settled),
  ];
}

/** Of each rehearsal, on calm days as well: users are in a declared state, one writes, and nothing that failed a gate is theirs. */
export function brokenTrafficRules(played: Played, settled: SettledRuns): string[] {
  return [...undeclared(played), ...secondWriters(settled), ...ungated(played)];
}

/** On a rung, or all with one: as soon as the pods of the router agree, and at the end they do. */
function undeclared({ traffic }: Played): string[] {
  if (traffic === undefined) return [];
  const { shares, ladder } = traffic;
  const declared = new Set([0, 100, ...ladder, ...ladder.map((percent) => 100 - percent)]);
  const odd = shares.find(({ agreed, of }) => agreed && Object.values(of).some((share) => !isOn(declared, share * 100)));
  const [last] = shares.slice(-1);
  return [
    ...(odd === undefined ? [] : [`At ${instant(odd.at)} users were divided as nobody declared: ${JSON.stringify(odd.of)}.`]),
    ...(last?.agreed === false ? [`The pods of the router divide users differently since ${instant(last.at)}.`] : []),
  ];
}

function isOn(declared: ReadonlySet<number>, percent: number): boolean {
  return declared.has(Math.round(percent)) && Math.abs(percent - Math.round(percent)) < 0.01;
}

/** Who comes with an older fence than the last has lost the right to write; who skips a generation has not read what he changed. */
function secondWriters({ writes }: SettledRuns): string[] {
  return writes.flatMap(({ at, split }, index) => {
    const before = writes[index - 1]?.split;
    if (before === undefined || (split.fence >= before.fence && split.generation === before.generation + 1)) return [];
    const said = (each: Split) => `fence ${each.fence}, generation ${each.generation}`;
    return [`At ${instant(at)} traffic was written with ${said(split)} after ${said(before)}.`];
  });
}

/** Each release that a user got was judged, and where a person had to agree, one did. */
function ungated({ traffic, audit }: Played): string[] {
  return releasesIn(traffic?.shares ?? []).flatMap((release) => {
    const own = audit.filter(({ values, version }) => values["run"] === release || version === release);
    const judged = own.find(({ event, values }) => event === "run.judged" && values["kind"] === "passed");
    if (judged === undefined) return [`Users got ${release}, which passed no gate.`];
    // Whether it may stay without labels is asked of those who have it.
    const before = own.filter(({ values }) => values["question"] !== "promotion");
    const asked = before.some(({ event }) => event === "approval.asked");
    const agreed = before.some(({ event, values }) => event === "approval.answered" && values["verdict"] === "approved");
    return asked && !agreed ? [`Users got ${release}, to which nobody agreed.`] : [];
  });
}

function withoutEnd({ runs, audit }: Played, { over }: SettledLedger): string[] {
  const early = runs.filter(({ startedAt }) => startedAt <= over);
  const running = early.filter(({ status }) => status === "RUNNING");
  const ended = early.length - running.length;
  const told = audit.filter(({ event }) => event === "retraining.ended").length;
  return [
    ...running.map(({ name }) => `${name} still runs, two days after the storm.`),
    ...(told < ended ? [`${ended} runs have ended, and the audit trail tells of ${told}.`] : []),
  ];
}

const LEFT_AS_CANDIDATE = ["model.approved", "model.disagreement"];

/** Lock, lease, candidates, roll-outs: of nobody, but of a run that runs. */
function stillHeld({ runs, audit }: Played, { items }: SettledLedger, { versions, rollOuts }: SettledRuns): string[] {
  const running = new Set(runs.filter(({ status }) => status === "RUNNING").map(({ name }) => name));
  const locks = items.flatMap(({ sk, ...line }) => {
    const holder = sk === "LINE" ? (line["running"] as { run?: string } | undefined) : undefined;
    return holder === undefined || running.has(holder.run ?? "") ? [] : [`${line["pk"]} is held for ${JSON.stringify(holder)}.`];
  });
  // Packaged for others, or left to whoever moved the alias in the registry: a person knows of it.
  const told = new Set(audit.filter(({ event }) => LEFT_AS_CANDIDATE.includes(event)).map(({ values }) => values["run"]));
  const candidates = versions.filter(({ lifecycle, run }) => lifecycle === "candidate" && !running.has(run) && !told.has(run));
  return [
    ...locks,
    ...candidates.map(({ version, run }) => `Version ${version} of ${run} is still a candidate.`),
    ...rollOuts.filter((name) => !running.has(name.replace(/-r\d+$/, ""))).map((name) => `The roll-out of ${name} runs without its run.`),
  ];
}

/** Router, slots and registry are three; a storm between two writes must not leave them telling different stories. */
function atOdds({ runs, traffic }: Played, { items, now }: SettledLedger, { writes, slots, versions }: SettledRuns): string[] {
  if (traffic === undefined || runs.some(({ status }) => status === "RUNNING")) return [];
  const [last] = traffic.shares.slice(-1);
  // The first day, and no release has come so far.
  if (last === undefined || Object.values(last.of).every((share) => share === 0)) {
    return traffic.shares.some(({ of }) => Object.values(of).some((share) => share > 0)) ? ["Users who had an answer have none."] : [];
  }
  const served = Object.entries(last.of).find(([, share]) => share > 0.999)?.[0];
  if (served === undefined) return [`At the end users are divided: ${JSON.stringify(last.of)}.`];
  const stable = writes.at(-1)?.split.stable;
  const serving = slots.find(({ slot }) => slot === stable?.slot);
  const kept = items.flatMap(({ promotion }) => (promotion as { oldSlotKeptUntil?: string } | undefined)?.oldSlotKeptUntil ?? []);
  const isKept = kept.some((until) => Date.parse(until) > now - AN_HOUR);
  const idle = isKept ? [] : slots.filter(({ slot, sleeps }) => slot !== (stable?.slot ?? "a") && !sleeps);
  const production = versions.filter(({ lifecycle }) => lifecycle === "production").length;
  return [
    ...(traffic.champion === undefined || traffic.champion === served
      ? []
      : [`Users have ${served}, and the champion is ${traffic.champion}.`]),
    ...(serving !== undefined && (serving.release !== served || serving.sleeps)
      ? [`Users have ${served}, and slot ${serving.slot} ${serving.sleeps ? "sleeps" : `holds ${serving.release}`}.`]
      : []),
    ...idle.map(({ slot, release }) => `Slot ${slot} is kept awake for ${release === "" ? "nothing" : release}, which nobody gets.`),
    ...(production > 1 ? [`${production} versions are in production.`] : []),
  ];
}

/** So often the loop looks whether a slot may sleep. */
const AN_HOUR = 3_600_000;

function instant(at: number): string {
  return new Date(at).toISOString();
}
