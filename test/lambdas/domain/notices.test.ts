import fc from "fast-check";
import { decideAtOnce } from "../../../lambdas/domain/decide-at-once";
import { decideRetraining, reexamine } from "../../../lambdas/domain/decide-retraining";
import {
  addressedNoticeSchema,
  type Channel,
  CHANNELS,
  channelsOf,
  notice,
  noticeOfAtOnce,
  noticeOfRetraining,
  noticeOfRunEnd,
  noticeOfSwitch,
  type Notice,
  noticeSchema,
  takerOf,
} from "../../../lambdas/domain/notices";
import { RUN_OUTCOMES, type RunOutcome } from "../../../lambdas/domain/pending";
import { SEVERITIES } from "../../../lambdas/domain/severity";
import { anySignal, anyView, freeView, inHours, manualSignal, NOW, pending, running, signal, trafficView } from "./examples";

describe("A9 channels", () => {
  // A page for every warning is a pager that is switched off; a critical alarm in a chat alone is found on Monday.
  it.each([
    ["ok", false, []],
    ["monitor", false, []],
    ["info", false, ["slack"]],
    ["warning", false, ["slack", "e-mail"]],
    ["critical", false, ["slack", "e-mail"]],
    ["critical", true, ["pager-duty", "slack", "e-mail"]],
    ["warning", true, ["pager-duty", "slack", "e-mail"]],
  ] as const)("A9 a notice of severity %s, page %s, goes to %j", (severity, page, channels) => {
    expect(channelsOf({ severity, page, repeated: false })).toEqual(channels);
  });

  // The sweep finds a blocked model every hour; a chat that says so every hour is muted.
  it("A9 what is said again at every examination goes to the pager alone, which joins it to the incident", () => {
    expect(channelsOf({ severity: "critical", page: true, repeated: true })).toEqual(["pager-duty"]);
    expect(channelsOf({ severity: "critical", page: false, repeated: true })).toEqual([]);
  });
});

describe("A9 who takes a notice whose channel is not set up", () => {
  const taker = (channel: Channel, given: Channel[], change: Partial<Notice> = {}) =>
    takerOf({ channel, notice: { ...(noticeOfSwitch(true, "ada", "why", NOW) as Notice), ...change } }, given);

  it("A9 is nobody as long as another of its channels is", () => {
    expect(taker("slack", ["e-mail"])).toBeUndefined();
    expect(taker("pager-duty", ["slack"], { page: true })).toBeUndefined();
  });

  it("A9 is the one that there is, for one copy alone", () => {
    expect([taker("slack", ["e-mail"], { severity: "info" }), taker("slack", ["pager-duty"])]).toEqual(["e-mail", "pager-duty"]);
    expect(taker("e-mail", ["pager-duty"])).toBeUndefined();
  });

  // A pager that rings for the summary of a quiet day is switched off before the day that is not.
  it("A9 is no pager for mere news, and nobody for what was told before", () => {
    expect(taker("slack", ["pager-duty"], { severity: "info" })).toBeUndefined();
    expect(taker("pager-duty", ["slack"], { page: true, repeated: true })).toBeUndefined();
  });
});

describe("what people are told of a retraining", () => {
  it("is that a run starts, once for each run", () => {
    const decision = decideRetraining(signal(), freeView(), NOW);
    const run = decision.kind === "start" ? decision.run : "";
    expect(noticeOfRetraining(decision, signal(), NOW)).toEqual({
      schemaVersion: 1,
      key: run,
      model: "log-anomaly",
      severity: "critical",
      page: false,
      group: "log-anomaly/start",
      repeated: false,
      title: `log-anomaly: run ${run} starts`,
      lines: ["psi of the worst feature 0.34 is above 0.3 for 60 min: critical", "14 days of data"],
      at: NOW,
    });
  });

  it("is what waits, and for what, where a signal has asked", () => {
    const decision = decideRetraining(signal(), freeView({ running: running() }), NOW);
    expect(noticeOfRetraining(decision, signal(), NOW)).toMatchObject({ title: "log-anomaly: retraining waits (running)", page: false });
    expect(
      noticeOfRetraining(reexamine("log-anomaly", freeView({ pending: pending(signal()), running: running() }), NOW), undefined, NOW),
    ).toBe(undefined);
  });

  // Only a person can go on here, so a person is woken: once for each model and block, at however many examinations it is found.
  it("R6 is a page of one model and block where only a person can go on", () => {
    const limited = freeView({ pending: pending(signal()), automaticStarts: [-1, -30, -60].map(inHours) });
    const bySignal = noticeOfRetraining(decideRetraining(signal(), limited, NOW), signal(), NOW);
    const again = noticeOfRetraining(reexamine("log-anomaly", limited, NOW), undefined, NOW);
    expect(bySignal).toMatchObject({ page: true, repeated: false, severity: "critical", group: "log-anomaly/weekly-limit" });
    expect(again).toMatchObject({ page: true, repeated: true, severity: "critical", group: "log-anomaly/weekly-limit" });
  });

  it("R1 is a refusal, or what would have been done in mode observe", () => {
    const observing = freeView({ mode: "observe" });
    const asked = manualSignal();
    expect(noticeOfRetraining(decideRetraining(asked, observing, NOW), asked, NOW)?.title).toBe("log-anomaly: retraining refused");
    expect(noticeOfRetraining(decideRetraining(signal(), observing, NOW), signal(), NOW)?.title).toBe(
      "log-anomaly: nothing is done in mode observe",
    );
    const late = signal({ severity: "warning", firedAt: inHours(-1) });
    expect(noticeOfRetraining(decideRetraining(late, freeView(), NOW), late, NOW)?.title).toBe(`log-anomaly: retraining by ${inHours(47)}`);
  });

  it("is nothing where nothing was decided anew", () => {
    expect(noticeOfRetraining(decideRetraining(signal(), freeView({ handled: true }), NOW), signal(), NOW)).toBeUndefined();
  });
});

describe("what people are told at once", () => {
  it("A4 is one page with all that was done and not done", () => {
    const failing = signal({ rule: "accuracy-floor", reason: "accuracy 0.81 is below 0.85 for 30 min: critical", subject: undefined });
    expect(noticeOfAtOnce(decideAtOnce(failing, trafficView(), NOW), failing, NOW)).toMatchObject({
      page: true,
      group: "log-anomaly/accuracy-floor",
      title: "log-anomaly: accuracy-floor is critical",
      lines: [
        "withheld: not rolled back: there is no earlier version to return to",
        "a person is needed: accuracy 0.81 is below 0.85 for 30 min: critical; not rolled back: there is no earlier version to return to",
      ],
    });
  });

  it("A10 is a warning that is recorded only", () => {
    const weak = signal({ rule: "precision", severity: "warning", reason: "precision 0.78 is below 0.8: warning", subject: undefined });
    expect(noticeOfAtOnce(decideAtOnce(weak, trafficView(), NOW), weak, NOW)).toMatchObject({
      page: false,
      severity: "warning",
      lines: ["recorded: precision 0.78 is below 0.8: warning"],
    });
  });

  it("A1 is nothing of what is merely monitored", () => {
    const mild = signal({ severity: "monitor" });
    expect(noticeOfAtOnce(decideAtOnce(mild, trafficView(), NOW), mild, NOW)).toBeUndefined();
  });
});

describe("what people are told of the end of a run", () => {
  const severities: Record<RunOutcome, string> = {
    promoted: "info",
    packaged: "info",
    rejected: "warning",
    "rolled-back": "critical",
    failed: "warning",
    aborted: "warning",
    "timed-out": "warning",
  };
  it.each(Object.keys(RUN_OUTCOMES) as RunOutcome[])("is %s, once for each run", (outcome) => {
    const told = noticeOfRunEnd("log-anomaly", { run: "log-anomaly-x", outcome, reason: "why", explained: true }, NOW);
    expect(told).toMatchObject({
      key: "log-anomaly-x/ended",
      severity: severities[outcome],
      title: `log-anomaly: run log-anomaly-x ended: ${outcome}`,
    });
  });
});

it("the stop switch is told with whoever threw it", () => {
  expect(noticeOfSwitch(true, "arn:aws:sts::1:assumed-role/ml-lead/ada", "the labels are wrong", NOW)).toMatchObject({
    title: "All automatic action of the loop is stopped",
    lines: ["by arn:aws:sts::1:assumed-role/ml-lead/ada: the labels are wrong"],
  });
});

// A notice that its own schema refuses would end in quarantine, and nobody would be told of what was so long or so odd.
it("every notice of every decision fits through the queue", () => {
  fc.assert(
    fc.property(anySignal, anyView, (asked, view) => {
      const traffic = { mode: view.mode, stopped: view.stopped, handled: view.handled, fence: view.fence };
      const told = [
        noticeOfRetraining(decideRetraining(asked, view, NOW), asked, NOW),
        noticeOfRetraining(reexamine("log-anomaly", view, NOW), undefined, NOW),
        noticeOfAtOnce(decideAtOnce(asked, traffic, NOW), asked, NOW),
      ].filter((each) => each !== undefined);
      for (const each of told) {
        expect(noticeSchema.parse(each)).toEqual(each);
        for (const channel of channelsOf(each)) expect(addressedNoticeSchema.parse({ channel, notice: each }).channel).toBe(channel);
        expect(channelsOf(each).length).toBeGreaterThan(0);
      }
    }),
  );
});

it("a notice is cut to what channels take, and is none where no channel is meant to hear of it", () => {
  const parts = {
    key: "k".repeat(300),
    group: "g",
    severity: "warning" as const,
    page: false,
    repeated: false,
    title: "t".repeat(300),
    at: NOW,
  };
  const cut = notice({ ...parts, lines: ["", "l".repeat(5_000), ...Array.from({ length: 300 }, () => "x")] });
  expect(cut && noticeSchema.parse(cut)).toMatchObject({ key: "k".repeat(250), title: "t".repeat(250) });
  expect(cut?.lines[0]).toHaveLength(1_500);
  expect(cut?.lines).toHaveLength(250);
  for (const severity of SEVERITIES) {
    const told = notice({ ...parts, severity, lines: [] });
    expect(told === undefined).toBe(channelsOf({ severity, page: false, repeated: false }).length === 0);
  }
  expect(CHANNELS).toHaveLength(3);
});
