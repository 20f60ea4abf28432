/** What a storm over whole runs may not leave behind: each fault made on purpose, because a rule that finds nothing is no rule. */
import type { Split } from "../../../../lambdas/domain/split/split";
import type { SettledLedger } from "../../../../offline/rehearsal/scenarios/after-the-storm";
import type { Audited, Played } from "../../../../offline/rehearsal/scenarios/promises";
import { type SettledRuns, type SplitWrite, unsettledRuns } from "../../../../offline/rehearsal/scenarios/settled-runs";
import { parseScenario } from "../../../../offline/rehearsal/scenarios/schema";
import type { Shares } from "../../../../offline/rehearsal/standins/traffic";

const AT = Date.parse("2026-03-02T08:00:00Z");
const DAY = 24 * 3_600_000;
const scenario = parseScenario("storm.yaml", {
  title: "A storm",
  because: "of it",
  starts: "2026-03-02T08:00:00Z",
  lasts: "10h",
  models: [{ name: "fraud", mode: "act" }],
  training: {},
  when: [],
  then: [{ runs: { started: 1 } }],
});

const share = (of: Shares["of"], agreed = true): Shares => ({ at: AT, of, agreed });
const audited = (event: string, values: Audited["values"] = {}): Audited => ({
  ...{ event, model: "fraud", time: new Date(AT).toISOString(), user: "modelloop", reason: "", values },
});
const run = {
  arn: "arn:run",
  machine: "arn:m",
  name: "fraud-1",
  status: "SUCCEEDED",
  startedAt: AT,
  input: "{}",
} as unknown as Played["runs"][number];
const ended = [audited("run.judged", { run: "fraud-1", kind: "passed" }), audited("retraining.ended")];

function write(generation: number, fence: number, stable: string): SplitWrite {
  const experiment = { name: "models", arms: [{ variant: "champion", model: "m", hundredths: 10_000 }] };
  const split: Split = { schemaVersion: 1, generation, fence, experiment, stable: { release: stable, slot: "b" } };
  return { at: AT, split };
}

interface Changes {
  readonly shares?: readonly Shares[];
  readonly audit?: readonly Audited[];
  readonly runs?: Played["runs"];
  readonly champion?: string;
  readonly items?: SettledLedger["items"];
  readonly settled?: Partial<SettledRuns>;
}

/** A run that went its whole way, but for what is changed. */
function faults({ shares, audit = ended, runs = [run], champion = "fraud-1", items = [], settled = {} }: Changes = {}): string[] {
  const way = shares ?? [share({ before: 1 }), share({ "fraud-1": 0.05, before: 0.95 }), share({ "fraud-1": 1 })];
  const traffic = { machine: "roll-out", shares: way, ladder: [5, 50, 100], champion, from: AT, until: AT + 3 * DAY };
  const played: Played = { scenario, starts: AT, happenings: [], runs, audit, trafficQueue: "", splits: [], cards: [], traffic };
  const ledger: SettledLedger = { environment: "dev", now: AT + 3 * DAY, over: AT + DAY, items, kept: 0 };
  return unsettledRuns(played, ledger, {
    writes: [write(2, 1, "before"), write(3, 1, "fraud-1")],
    slots: [
      { slot: "a", release: "before", sleeps: true },
      { slot: "b", release: "fraud-1", sleeps: false },
    ],
    versions: [{ version: "2", lifecycle: "production", run: "fraud-1" }],
    rollOuts: [],
    ...settled,
  });
}

const at = "2026-03-02T08:00:00.000Z";
const slots = (changes: object) => ({ slots: [{ slot: "b", release: "fraud-1", sleeps: false, ...changes }] });

describe("after a storm over a whole run", () => {
  it("nothing is said where the run went its way", () => {
    expect(faults()).toEqual([]);
  });

  it.each<[string, Changes, string[]]>([
    [
      "users between two rungs",
      { shares: [share({ "fraud-1": 0.07, before: 0.93 }), share({ "fraud-1": 1 })] },
      [`At ${at} users were divided as nobody declared: {"fraud-1":0.07,"before":0.93}.`],
    ],
    [
      "a router that never agrees",
      { shares: [share({ "fraud-1": 1 }, false)] },
      [`The pods of the router divide users differently since ${at}.`],
    ],
    [
      "users left on two releases",
      { shares: [share({ "fraud-1": 0.5, before: 0.5 })] },
      ['At the end users are divided: {"fraud-1":0.5,"before":0.5}.'],
    ],
    ["users whom nobody answers any more", { shares: [share({ before: 1 }), share({})] }, ["Users who had an answer have none."]],
    [
      "a writer whose fence is over",
      { settled: { writes: [write(2, 2, "before"), write(3, 1, "fraud-1")] } },
      [`At ${at} traffic was written with fence 1, generation 3 after fence 2, generation 2.`],
    ],
    ["a release that no gate has seen", { audit: [audited("retraining.ended")] }, ["Users got fraud-1, which passed no gate."]],
    [
      "a release that nobody agreed to",
      { audit: [...ended, audited("approval.asked", { run: "fraud-1" })] },
      ["Users got fraud-1, to which nobody agreed."],
    ],
    ["an end that is not written down", { audit: ended.slice(0, 1) }, ["1 runs have ended, and the audit trail tells of 0."]],
    ["a run without an end", { runs: [{ ...run, status: "RUNNING" }] }, ["fraud-1 still runs, two days after the storm."]],
    [
      "a lock that nobody gives back",
      { items: [{ pk: "LINE#fraud", sk: "LINE", running: { run: "fraud-0" } }] },
      ['LINE#fraud is held for {"run":"fraud-0"}.'],
    ],
    [
      "a candidate that nobody goes on with",
      { settled: { versions: [{ version: "3", lifecycle: "candidate", run: "fraud-2" }] } },
      ["Version 3 of fraud-2 is still a candidate."],
    ],
    ["a roll-out without its run", { settled: { rollOuts: ["fraud-1-r1"] } }, ["The roll-out of fraud-1-r1 runs without its run."]],
    ["a registry that tells another story", { champion: "before" }, ["Users have fraud-1, and the champion is before."]],
    ["a slot that sleeps under its users", { settled: slots({ sleeps: true }) }, ["Users have fraud-1, and slot b sleeps."]],
    ["a slot with another release", { settled: slots({ release: "before" }) }, ["Users have fraud-1, and slot b holds before."]],
    [
      "a slot that is paid for and used by nobody",
      { settled: { slots: [{ slot: "a", release: "before", sleeps: false }] } },
      ["Slot a is kept awake for before, which nobody gets."],
    ],
  ])("finds %s", (_, changes, said) => {
    expect(faults(changes)).toEqual(said);
  });

  it("asks for nobody's word before users get what is asked about while they have it", () => {
    const question = audited("approval.asked", { run: "fraud-1", question: "promotion" });
    expect(faults({ audit: [...ended, question] })).toEqual([]);
  });

  it("leaves a candidate that was packaged for others, and one about which a person was told that the registry disagrees", () => {
    const versions = [{ version: "3", lifecycle: "candidate", run: "fraud-2" }];
    for (const event of ["model.approved", "model.disagreement"]) {
      expect(faults({ audit: [...ended, audited(event, { run: "fraud-2" })], settled: { versions } })).toEqual([]);
    }
  });

  it("says nothing of a first day on which no release came", () => {
    expect(faults({ shares: [share({})], champion: "" })).toEqual([]);
  });

  it("leaves the old slot awake as long as it was promised to be kept", () => {
    const items = [{ pk: "LINE#fraud", sk: "LINE", promotion: { oldSlotKeptUntil: new Date(AT + 4 * DAY).toISOString() } }];
    expect(faults({ items, settled: { slots: [{ slot: "a", release: "before", sleeps: false }] } })).toEqual([]);
  });
});
