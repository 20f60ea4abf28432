import { QUESTIONS } from "../../../lambdas/domain/approvals/approval";
import { auditOfRunEnd } from "../../../lambdas/domain/ledger-audit";
import {
  LEDGER_ACTIONS,
  ledgerKeys,
  lineRecordSchema,
  modelRecordSchema,
  NEW_LINE,
  NEW_SWITCHES,
  newModel,
  switchesRecordSchema,
} from "../../../lambdas/domain/ledger-records";
import { NOW, running } from "./examples";

describe("the ledger's records", () => {
  // A new loop must earn trust before it acts.
  it("begin with a model that observes, a fence nobody has had, and no lock", () => {
    expect(modelRecordSchema.parse(newModel("log-anomaly"))).toMatchObject({ mode: "observe", dataQuality: { kind: "unknown" } });
    expect(lineRecordSchema.parse(NEW_LINE)).toEqual({ schemaVersion: 1, fence: 0 });
    expect(switchesRecordSchema.parse(NEW_SWITCHES)).toEqual({ schemaVersion: 1, stopped: false });
  });

  it("are refused in a version that this code does not know, and with more in them than it knows", () => {
    expect(lineRecordSchema.safeParse({ ...NEW_LINE, schemaVersion: 2 }).success).toBe(false);
    expect(lineRecordSchema.safeParse({ ...NEW_LINE, slot: "a" }).success).toBe(false);
  });

  // A batch named by its sender could otherwise write over another model's lock.
  it("lie apart, whatever they are named", () => {
    const keys = [
      ledgerKeys.line("a"),
      ledgerKeys.model("a", "b"),
      ledgerKeys.signal("a", "key", "retraining"),
      ledgerKeys.signal("a", "key", "at-once"),
      ledgerKeys.feedback("a", "b"),
      ledgerKeys.feedbackBatch("a", "b", "b#LINE"),
      ledgerKeys.switches,
      ledgerKeys.approval("a", "b", { run: "b-run", question: "release" }),
      ledgerKeys.approval("a", "b", { run: "b-run", question: "promotion" }),
      ledgerKeys.keptVersion("a", "b", "b-run"),
      ledgerKeys.audit(auditOfRunEnd(running(), "failed", NOW)),
      ledgerKeys.audit(auditOfRunEnd(running(), "aborted", NOW)),
    ];
    expect(new Set(keys.map(({ pk, sk }) => `${pk} ${sk}`)).size).toBe(keys.length);
    expect(() => ledgerKeys.model("a", "b#c")).toThrow(RangeError);
  });

  it("of a line and its models, and no others, lie within one span", () => {
    const { from, to } = ledgerKeys.lineAndModels;
    const within = ({ sk }: { sk: string }) => sk >= from && sk <= to;
    expect([ledgerKeys.line("a"), ledgerKeys.model("a", "a"), ledgerKeys.model("a", "z9")].every(within)).toBe(true);
    const others = [ledgerKeys.signal("a", "key", "retraining"), ledgerKeys.feedback("a", "b"), ledgerKeys.feedbackBatch("a", "b", "c")];
    expect(others.some(within)).toBe(false);
  });

  // A model whose name begins with another's must not answer for it.
  it("R4 O5 of one model's approvals and versions, and of no other's, lie within one span", () => {
    const within = ({ from, to }: { from: string; to: string }, { sk }: { sk: string }) => sk >= from && sk <= to;
    for (const model of ["log", "log-anomaly"]) {
      for (const question of QUESTIONS) {
        const key = ledgerKeys.approval("a", model, { run: `${model}-run`, question });
        expect(within(ledgerKeys.approvals("log"), key)).toBe(model === "log");
      }
      expect(within(ledgerKeys.keptVersions("log"), ledgerKeys.keptVersion("a", model, `${model}-run`))).toBe(model === "log");
    }
  });

  // Who may delete from the ledger can make a decision never to have happened.
  it("I12 can be kept by a function that may not delete", () => {
    expect(LEDGER_ACTIONS.filter((action) => /Delete|Batch(?!Get)/.test(action))).toEqual([]);
  });
});
