import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoDbLedger } from "../../../lambdas/adapters/dynamodb-ledger";
import type { QuestionKind } from "../../../lambdas/domain/approvals/approval";
import type { ApprovalLedger, Ledger, Subject } from "../../../lambdas/ports/ledger";
import { ADA, BOB, CAROL, PROMOTION, question, RELEASE, RUN } from "../domain/approvals/examples";
import { inHours, NOW } from "../domain/examples";
import { BACKENDS } from "../support/ledger-backends";

const subject: Subject = { line: "anomaly", model: "log-anomaly" };

describe.each(BACKENDS)("the ledger of people's answers $title", ({ skipped, open }) => {
  const test = skipped ? it.skip : it;
  let client: DynamoDBClient;
  let ledger: Ledger;

  if (!skipped) {
    beforeEach(async () => {
      const opened = await open();
      client = opened.client;
      ledger = dynamoDbLedger(opened.table, client);
    });
    afterEach(() => client.destroy());
  }

  function say(
    by: string,
    verdict: "approved" | "refused" = "approved",
    named?: QuestionKind,
  ): ReturnType<ApprovalLedger["answerApproval"]> {
    return ledger.answerApproval(subject, RUN, { by, verdict, reason: "looked at it", at: inHours(1) }, named);
  }

  async function events() {
    const records = await ledger.auditRecords({ model: subject.model, from: inHours(-1), until: inHours(100) });
    return records.map(({ event, user, values }) => [event, user, values["verdict"]]);
  }

  test("R4 asks once, keeps what was said, and tells of each word in the trail", async () => {
    expect(await ledger.openApprovals(subject, NOW)).toEqual([]);
    const first = await ledger.askApproval(subject, question({ needed: 2 }), NOW);
    await ledger.askApproval(subject, question({ needed: 2 }), inHours(0.1));
    expect(await ledger.openApprovals(subject, NOW)).toEqual([first]);
    expect(await say(ADA)).toMatchObject({ kind: "counted", record: { answers: [{ by: ADA }] } });
    expect(await say(CAROL)).toMatchObject({ kind: "refused" });
    expect(await say(BOB)).toMatchObject({ kind: "decided", record: { verdict: "approved", token: "token-1" } });
    expect(await events()).toEqual([
      ["approval.asked", "modelloop", undefined],
      ["approval.answered", ADA, "open"],
      ["approval.answered", BOB, "approved"],
    ]);
  });

  test("R4 knows of no run that was not asked about, and of no model but its own", async () => {
    await ledger.askApproval(subject, question(), NOW);
    expect(await ledger.answerApproval(subject, "run-0", { by: ADA, verdict: "approved", reason: "x", at: NOW })).toEqual({
      kind: "not-asked",
    });
    expect(await ledger.openApprovals({ ...subject, model: "log" }, NOW)).toEqual([]);
    await ledger.approvalDelivered(subject, { ...RELEASE, run: "run-0" });
    await ledger.approvalReminded(subject, { ...RELEASE, run: "run-0" }, "remind");
    expect(await ledger.openApprovals(subject, NOW)).toHaveLength(1);
  });

  // Both hold a screen with the same question; only one of them may be the one who decided.
  test("R4 of many who answer at once one decides, and of one who asks at once with others none loses a word", async () => {
    await ledger.askApproval(subject, question(), NOW);
    const said = await Promise.all([say(ADA), say(BOB, "refused"), say(CAROL), say(BOB), ledger.askApproval(subject, question(), NOW)]);
    const kinds = said.map((each) => ("kind" in each ? each.kind : "asked"));
    // The others find a verdict that is not delivered, and would deliver it again.
    expect(kinds.filter((kind) => kind === "decided").length).toBeGreaterThan(0);
    const [open] = await ledger.openApprovals(subject, NOW);
    expect(open?.answers).toHaveLength(1);
    expect((await events()).filter(([event]) => event === "approval.answered")).toHaveLength(1);
  });

  test("R4 is open until its verdict is delivered, or its time has passed", async () => {
    await ledger.askApproval(subject, question(), NOW);
    await say(ADA);
    expect(await ledger.openApprovals(subject, NOW)).toMatchObject([{ verdict: "approved", delivered: false }]);
    await ledger.approvalDelivered(subject, RELEASE);
    expect(await ledger.openApprovals(subject, NOW)).toEqual([]);
    expect(await say(BOB)).toMatchObject({ kind: "refused" });
    await ledger.askApproval(subject, question({ run: "run-2" }), NOW);
    expect(await ledger.openApprovals(subject, inHours(49))).toEqual([]);
  });

  // The first question's answer must not be taken for the second's: what was approved is another thing.
  test("R4 a run's second question has its own record, and an answer goes to the one that waits", async () => {
    await ledger.askApproval(subject, question(), NOW);
    await say(ADA);
    await ledger.approvalDelivered(subject, RELEASE);
    await ledger.askApproval(subject, question({ ...PROMOTION, token: "token-2" }), inHours(0.5));
    expect(await ledger.openApprovals(subject, inHours(0.5))).toMatchObject([{ ...PROMOTION, answers: [], token: "token-2" }]);
    expect(await say(BOB, "refused")).toMatchObject({ kind: "refused", fault: expect.stringContaining("--question promotion") as string });
    expect(await say(BOB, "refused", "promotion")).toMatchObject({
      kind: "decided",
      record: { ...PROMOTION, verdict: "refused", answers: [{ by: BOB }] },
    });
    await ledger.approvalReminded(subject, RELEASE, "remind");
    expect(await ledger.openApprovals(subject, inHours(1))).toMatchObject([{ ...PROMOTION, reminders: 0 }]);
    await ledger.approvalDelivered(subject, PROMOTION);
    expect(await say(ADA)).toEqual({
      kind: "refused",
      fault: `${RUN} was refused at ${inHours(1)} by ${BOB} (looked at it); one answer is final: look at its history`,
    });
  });

  test("R4 remembers that people were reminded", async () => {
    await ledger.askApproval(subject, question(), NOW);
    await ledger.approvalReminded(subject, RELEASE, "escalate");
    await ledger.approvalReminded(subject, RELEASE, "remind");
    expect(await ledger.openApprovals(subject, NOW)).toMatchObject([{ reminders: 2 }]);
  });

  test("O5 keeps the versions that have served, the newest first, each as it was told first", async () => {
    const kept = (run: string, hours: number) => ({
      ...{ version: run, semanticVersion: "1.0.0", release: `release-${run}`, run, promotedAt: inHours(hours) },
    });
    for (const each of [kept("b", 0), kept("a", 5), kept("b", 9)]) await ledger.keepVersion(subject, each);
    expect(await ledger.keptVersions(subject)).toEqual([kept("a", 5), kept("b", 0)].map((each) => ({ schemaVersion: 1, ...each })));
    expect(await ledger.keptVersions({ ...subject, model: "log" })).toEqual([]);
  });
});
