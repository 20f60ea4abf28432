/** What is decided is tested with the domain; here, that the command reads what people have and tells what was decided. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { decideCommand } from "../../../offline/commands/decide";
import { takeIn } from "../../../lambdas/application/intake";
import { message, TestWorld } from "../../lambdas/support/test-loop";
import { body, eventNames } from "../../lambdas/support/events";
import { spoken } from "./spoken";

const NOON = new Date("2026-03-02T12:00:00Z");
const DRIFT = { model: "log-anomaly", rule: "data-drift", value: 0.34 };

function decide(input: unknown, ...argv: string[]) {
  const text = typeof input === "string" ? input : JSON.stringify(input);
  return spoken((terminal) =>
    decideCommand(
      ["-", ...argv],
      terminal,
      os.tmpdir(),
      () => NOON,
      () => text,
    ),
  );
}

interface Document {
  ledger: { given: boolean; mode: string };
  now: string;
  outcomes: {
    reading: string;
    severity?: string;
    decisions: { kind: string; reason: string; values: object; does: string }[];
    told: object[];
  }[];
  faults: string[];
}

async function document(input: unknown, ...argv: string[]): Promise<Document> {
  return JSON.parse((await decide(input, "--json", ...argv)).out) as Document;
}

const kinds = ({ outcomes }: Document) => outcomes.flatMap(({ decisions }) => decisions.map(({ kind }) => kind));

describe("modelloop decide", () => {
  it("A1 judges a value by the loop's own table, and says with what and what happens then", async () => {
    const { outcomes, ledger } = await document(DRIFT);
    expect(ledger).toMatchObject({ given: false, mode: "act" });
    expect(outcomes).toMatchObject([
      {
        severity: "critical",
        decisions: [
          { kind: "record", does: "writes it down" },
          {
            kind: "start",
            reason: "psi of the worst feature 0.34 is above 0.3 for 60 min: critical",
            values: { rule: "data-drift", severity: "critical", windowDays: 14 },
            does: expect.stringMatching(/^starts the run log-anomaly-data-drift-\S+ with 14 days of data$/) as string,
          },
        ],
        told: [{ channels: ["slack", "e-mail"], title: "log-anomaly: data-drift is critical" }, {}],
      },
    ]);
  });

  it.each([
    ["A1", { ...DRIFT, value: 0.3 }, "warning"],
    ["A1", { ...DRIFT, value: 0.34, minutes: 30 }, "warning"],
    ["A2", { model: "log-anomaly", rule: "accuracy-drop", value: 3 }, "monitor"],
    ["A4", { model: "log-anomaly", rule: "accuracy-floor", value: 0.84 }, "critical"],
    ["A7", { model: "log-anomaly", rule: "system-down" }, "critical"],
  ])("%s takes %j for %s", async (_, signal, severity) => {
    expect((await document(signal)).outcomes).toMatchObject([{ severity }]);
  });

  // Somebody who wants to know why nothing started must be able to ask with the state that the ledger was in.
  it.each([
    ["idle", ["record", "start"]],
    ["locked", ["record", "pend"]],
    ["cool-down", ["record", "pend"]],
    ["stopped", ["record", "pend"]],
    ["broken-data", ["record", "pend"]],
    ["observe", ["record", "observe-only"]],
  ])("R6 decides with a ledger that is %s", async (state, expected) => {
    const decided = await document(DRIFT, "--ledger", state);
    expect([kinds(decided), decided.ledger.given]).toEqual([expected, true]);
    expect(kinds(await document({ signal: DRIFT, ledger: state }))).toEqual(expected);
  });

  it("A4 R6 takes any state of the ledger out of the file", async () => {
    const promotion = {
      ...{ version: "1.4.0", previousVersion: "1.3.0", promotedAt: "2026-03-02T10:00:00Z" },
      oldSlotKeptUntil: "2026-03-03T10:00:00Z",
    };
    const running = { run: "log-anomaly-weekly-1", leaseUntil: "2026-03-02T14:00:00Z" };
    const signal = { model: "log-anomaly", rule: "accuracy-floor", value: 0.8 };
    const { outcomes } = await document({ signal, ledger: { promotion, running, fence: 7 }, now: "2026-03-02T12:00:00Z" });
    expect(outcomes[0]?.decisions).toMatchObject([
      {
        kind: "roll-back",
        does: "sends all traffic from 1.4.0 back to 1.3.0; a loop that writes no traffic wakes the on-call instead",
        values: { fence: 8 },
      },
      { kind: "page", does: "wakes the on-call" },
      {
        kind: "pend",
        reason: "log-anomaly-weekly-1 is running",
        does: "keeps it, starts nothing (running), and examines it again at 2026-03-02T14:00:00.000Z",
      },
    ]);
  });

  // The same readers as the intake's: what reads here reads there.
  it.each(eventNames())("R8 reads %s, or says why the loop would not", async (name) => {
    const { code } = await decide(body(name));
    const isForTheIntake = !/^(execution|operator)-|unlabelled/.test(name);
    expect(code).toBe(isForTheIntake ? 0 : 1);
  });

  // Another answer on the laptop than in the cloud would be worse than none.
  it.each(["cloudwatch-metric", "cloudwatch-composite", "alertmanager-firing", "schedule-weekly"])(
    "R8 decides of %s as the intake does",
    async (name) => {
      const world = await TestWorld.make();
      // The handler reads its clock, the command the message's time.
      world.now = (await document(body(name))).now;
      await takeIn(message(body(name)), world.loop);
      const decided = world.decisions.map(({ event, reason }) => [event.replace(/^\w+\./, ""), reason]);
      const { outcomes } = await document(body(name));
      expect(outcomes.flatMap(({ decisions }) => decisions.map(({ kind, reason }) => [kind, reason]))).toEqual(decided);
    },
  );

  it("R8 knows the models out of the message, at the time at which its alarm went off", async () => {
    const { outcomes, now } = await document(body("cloudwatch-metric"));
    expect([outcomes[0]?.severity, now]).toEqual(["critical", "2026-03-02T14:15:00.000Z"]);
    expect(await document(body("cloudwatch-metric"), "--model", "web-shop")).toMatchObject({
      ...{ outcomes: [], faults: [] },
      foreign: ['alarm "dev-log-anomaly-data-drift-above-0.3-critical" is about a model of another loop'],
    });
  });

  it("tells a person the same, and on what it is assumed", async () => {
    const { code, out } = await decide({ ...DRIFT, value: 0.25 });
    expect([code, out.split("\n")]).toEqual([
      0,
      [
        "",
        '  ledger             idle and in mode act, for the signal does not say (--ledger, or "ledger" in the file)',
        "  time               2026-03-02T12:00:00.000Z, the clock",
        "",
        "  log-anomaly: data-drift is warning",
        "  record             psi of the worst feature 0.25 is at or above 0.2: warning",
        expect.stringMatching(/^ {21}signal 20260302T120000Z-\w{8}, rule data-drift, severity warning, value 0.25$/),
        "                     the loop writes it down",
        "  schedule           psi of the worst feature 0.25 is at or above 0.2: warning; due at 2026-03-04T12:00:00.000Z",
        expect.stringMatching(/severity warning, dueAt 2026-03-04T12:00:00.000Z, windowDays 14, reasons 1$/),
        "                     the loop keeps it, and starts a run at 2026-03-04T12:00:00.000Z",
        "  told               slack, e-mail: log-anomaly: data-drift is warning",
        "  told               slack, e-mail: log-anomaly: retraining by 2026-03-04T12:00:00.000Z",
        "",
        "",
      ],
    ]);
  });

  it.each([
    ["nonsense", "the message is neither JSON nor the text of an alert manager"],
    [{ model: "log-anomaly", rule: "data-drift" }, "severity is missing; data-drift is judged by its value: give one of the two"],
    [{ ...DRIFT, evidence: 10 }, "evidence is 10; 10 effective rows; psi of the worst feature is judged from 500: there is no signal"],
    [{ signal: DRIFT, ledger: { lockd: true } }, 'ledger: Unrecognized key: "lockd"'],
    [
      { model: "Log Anomaly", rule: "weekly" },
      'model: model is "Log Anomaly"; a model\'s name has 1 to 40 characters of a-z, 0-9 and -, begins with a letter and ends with no -: rename it',
    ],
  ])("says what is wrong with %j", async (input, fault) => {
    expect(await decide(input, "--json")).toMatchObject({ code: 1 });
    expect((await document(input)).faults).toEqual([fault]);
  });

  it("reads a file, and refuses what it cannot", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-decide-"));
    fs.writeFileSync(path.join(folder, "signal.json"), JSON.stringify(DRIFT));
    const run = (...argv: string[]) => spoken((terminal) => decideCommand(argv, terminal, folder, () => NOON));
    expect(await run("signal.json")).toMatchObject({ code: 0 });
    await expect(run("none.json")).rejects.toThrow(
      new Error("none.json is refused:\n  - there is no such file: name a file with a signal or a message in it, or - for standard input"),
    );
    await expect(run()).rejects.toThrow(new Error("a file is missing: write modelloop decide signal.json, or - for standard input"));
    await expect(run("a", "b")).rejects.toThrow(new Error("b is too much; decide takes one file"));
    await expect(run("signal.json", "--ledger", "busy")).rejects.toThrow(
      new Error("--ledger is busy; there are idle, locked, cool-down, stopped, observe, broken-data, and in the file any other state"),
    );
    expect((await run("--help")).out.startsWith("Usage: modelloop decide FILE")).toBe(true);
    fs.rmSync(folder, { recursive: true });
  });
});
