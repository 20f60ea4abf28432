import fc from "fast-check";
import {
  answered,
  approvalRecordSchema,
  asked,
  isOpen,
  isUndelivered,
  questionMeant,
  unnamedFault,
  reminded,
  reminderDue,
  type ApprovalRecord,
  type Verdict,
} from "../../../../lambdas/domain/approvals/approval";
import { identityOf } from "../../../../lambdas/domain/approvals/principal";
import { hoursAfter } from "../../../../lambdas/domain/time";
import { inHours, NOW } from "../examples";
import { ADA, BOB, CAROL, EVE, PROMOTION, question, record, RUN } from "./examples";

function say(known: ApprovalRecord, by: string, verdict: Verdict = "approved", at = inHours(1)) {
  return answered(known, { by, verdict, reason: "looked at it", at });
}

function after(known: ApprovalRecord, by: string, verdict?: Verdict): ApprovalRecord {
  const counted = say(known, by, verdict);
  if (counted.kind === "refused") throw new Error(counted.fault);
  return counted.record;
}

describe("R4 an approval", () => {
  it("is given by one approver, with session and reason kept", () => {
    const given = after(record(), ADA);
    expect([given.verdict, given.answers]).toEqual([
      "approved",
      [{ by: ADA, verdict: "approved", reason: "looked at it", at: inHours(1) }],
    ]);
    expect(approvalRecordSchema.parse(given)).toEqual(given);
  });

  it("by two needs two principals, not two sessions of one", () => {
    const once = after(record({ needed: 2 }), ADA);
    expect(once.verdict).toBeUndefined();
    expect(say(once, CAROL)).toEqual({
      kind: "refused",
      fault: `${ADA} has approved ${RUN} at ${inHours(1)}; each principal counts once, whatever its session: ask another approver`,
    });
    expect(after(once, BOB).verdict).toBe("approved");
  });

  it("is refused by the first who refuses", () => {
    expect(after(after(record({ needed: 2 }), ADA), BOB, "refused").verdict).toBe("refused");
  });

  it.each<[string, ApprovalRecord, string, string]>([
    [
      "who is no approver",
      record(),
      EVE,
      `${EVE} is none of the approvers of ${RUN}; they are arn:aws:iam::123456789012:role/ml-lead, arn:aws:iam::123456789012:role/qa-lead: ask one of them`,
    ],
    ["where nobody is", record({ approvers: [] }), ADA, `${ADA} is none of the approvers of ${RUN}; they are nobody: ask one of them`],
    [
      "who asked for the run, under whatever session",
      record({ askedBy: [CAROL] }),
      ADA,
      `${ADA} has asked for ${RUN}, or shares a role with who has; nobody decides about a run of their own: ask another approver`,
    ],
  ])("is not given by one %s", (_, known, by, fault) => {
    expect(say(known, by)).toEqual({ kind: "refused", fault });
    expect(say(known, by, "refused")).toEqual({ kind: "refused", fault });
  });

  it("is not given after its time, and not twice", () => {
    expect(say(record(), ADA, "approved", inHours(48))).toMatchObject({ kind: "counted" });
    expect(say(record(), ADA, "approved", hoursAfter(inHours(48), 0.001))).toEqual({
      kind: "refused",
      fault: `${RUN} waited until ${inHours(48)}, and silence is a refusal: ask for another run`,
    });
    const given = { ...after(record(), ADA), delivered: true };
    expect(say(given, BOB, "refused")).toEqual({
      kind: "refused",
      fault: `${RUN} was approved at ${inHours(1)} by ${ADA} (looked at it); one answer is final: look at its history`,
    });
  });

  // Whoever answered may have died, or Lambda with them, before the workflow was told.
  it("is delivered by any approver who says anything again, as it was given", () => {
    const given = after(record(), ADA);
    expect(say(given, BOB, "refused")).toEqual({ kind: "deliver", record: given });
    expect(say(given, EVE)).toMatchObject({ kind: "refused" });
    expect([
      isUndelivered(given, inHours(2)),
      isUndelivered(given, inHours(49)),
      isUndelivered({ ...given, delivered: true }, NOW),
    ]).toEqual([true, false, false]);
  });
});

// `approve RUN` names no question: the word must not go to one that is over, and must not be lost where both are.
it("R4 of a run's two questions an answer means the one that waits, else the newest", () => {
  const release = record();
  const promotion = asked(undefined, question(PROMOTION), inHours(10));
  const given = (each: ApprovalRecord) => ({ ...after(each, ADA), delivered: true });
  const meant = (...records: ApprovalRecord[]) => questionMeant(records, inHours(11))?.question;
  expect([meant(), meant(release), meant(given(release), promotion)]).toEqual([undefined, "release", "promotion"]);
  expect([meant(release, given(promotion)), meant(given(release), given(promotion))]).toEqual(["release", "promotion"]);
  expect(meant(after(release, ADA), given(promotion))).toBe("release");
  expect(questionMeant([release, promotion], inHours(100))).toEqual(promotion);
  expect(questionMeant([release, promotion], inHours(11), "release")).toEqual(release);
  expect([release, given(promotion), promotion].map((each) => unnamedFault(each, undefined, inHours(11)) === undefined)).toEqual([
    true,
    true,
    false,
  ]);
  expect(unnamedFault(promotion, "promotion", inHours(11))).toBeUndefined();
});

// The ledger holds records of the time before the second question: a field that is missing must not make them unreadable.
it("R4 a record that does not say what was asked is of the first question", () => {
  const { question: _question, ...old } = record();
  expect(approvalRecordSchema.parse(old)).toEqual(record());
});

describe("R4 a question", () => {
  it("that is asked again waits under the newer token, and not for longer", () => {
    const known = after(record({ needed: 2 }), ADA);
    expect(asked(known, question({ needed: 2, token: "token-2" }), inHours(2))).toEqual({ ...known, token: "token-2" });
    const given = { ...after(known, BOB), delivered: true };
    expect(asked(given, question({ token: "token-2" }), inHours(2))).toEqual({ ...given, token: "token-2", delivered: false });
    expect(asked(given, question(), inHours(2))).toEqual(given);
  });

  it("is asked anew for a run that is taken up after its time", () => {
    expect(asked(record(), question({ token: "token-2" }), inHours(50))).toEqual({
      ...record({ token: "token-2" }),
      ...{ askedAt: inHours(50), remindAt: inHours(54), until: inHours(98) },
    });
  });

  it("reminds once, and wakes somebody half-way to its end", () => {
    const due = (known: ApprovalRecord, hours: number) => reminderDue(known, inHours(hours));
    const known = record();
    expect([3.9, 4, 25, 26, 48, 49].map((hours) => due(known, hours))).toEqual([
      undefined,
      "remind",
      "remind",
      "escalate",
      "escalate",
      undefined,
    ]);
    expect([due(reminded(known, "remind"), 5), due(reminded(known, "remind"), 26)]).toEqual([undefined, "escalate"]);
    expect(due(reminded(known, "escalate"), 27)).toBeUndefined();
    expect(due(after(known, ADA), 5)).toBeUndefined();
    expect(due(record({ remindAfterHours: 48 }), 48)).toBe("remind");
  });
});

// Whatever is said in whatever order: nobody's word counts twice, none of who asked counts at all, and a verdict never changes.
it("R4 only the needed number of different approvers approves, whatever they say", () => {
  const people = [ADA, BOB, CAROL, EVE];
  const saying = fc.record({ by: fc.constantFrom(...people), verdict: fc.constantFrom<Verdict>("approved", "refused") });
  fc.assert(
    fc.property(fc.array(saying), fc.integer({ min: 1, max: 3 }), fc.subarray(people), (sayings, needed, askedBy) => {
      let known = record({ needed, askedBy });
      for (const { by, verdict } of sayings) {
        const counted = say(known, by, verdict);
        if (counted.kind === "counted" && known.verdict !== undefined) throw new Error("a verdict changed");
        if (counted.kind !== "refused") known = counted.record;
      }
      const approvals = known.answers.filter(({ verdict }) => verdict === "approved").map(({ by }) => identityOf(by));
      expect(new Set(approvals).size).toBe(approvals.length);
      expect(approvals.some((each) => askedBy.map(identityOf).includes(each) || each === identityOf(EVE))).toBe(false);
      expect(known.verdict === "approved").toBe(approvals.length >= needed);
      expect(isOpen(known, NOW)).toBe(known.verdict === undefined);
    }),
  );
});
