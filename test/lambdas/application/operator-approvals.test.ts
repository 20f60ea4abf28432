import { answerOperator, type StatusAnswer } from "../../../lambdas/application/operator";
import { openApproval } from "../../../lambdas/application/operator-approvals";
import type { QuestionKind } from "../../../lambdas/domain/approvals/approval";
import { ADA, BOB, EVE, PROMOTION, question, RELEASE, record, RUN } from "../domain/approvals/examples";
import { inHours, NOW } from "../domain/examples";
import { TestWorld, THE_MODEL, type TestLoop } from "../support/test-loop";

function say(loop: TestLoop, caller: string, verb: "approve" | "reject" = "approve", run = RUN, question?: QuestionKind) {
  return answerOperator({ caller, at: NOW, asked: { verb, run, question, reason: "the groups agree" } }, loop);
}

async function waiting(needed = 1): Promise<TestWorld> {
  const world = await TestWorld.make();
  await world.ledger.askApproval(THE_MODEL, question({ needed }), NOW);
  world.pass(1);
  return world;
}

describe("R4 an approver", () => {
  it("approves, and the run goes on with who and why", async () => {
    const world = await waiting();
    expect(await say(world.loop, ADA)).toEqual({
      status: 200,
      body: { done: "approved", note: "the run goes on: it is packaged, and rolled out where the loop does so" },
    });
    expect(world.approvals).toEqual([{ token: "token-1", approval: { kind: "approved", by: [ADA], reason: "the groups agree" } }]);
    expect(world.notices.map(({ title }) => title)).toEqual(["log-anomaly: version 7 was approved"]);
    expect(await world.events()).toEqual(["approval.asked", "approval.answered"]);
    expect(await world.ledger.openApprovals(THE_MODEL, NOW)).toEqual([]);
  });

  it("refuses, and the run ends", async () => {
    const world = await waiting(2);
    await say(world.loop, ADA);
    expect(await say(world.loop, BOB, "reject")).toEqual({
      status: 200,
      body: { done: "refused", note: "the run ends, and its version is rejected" },
    });
    expect(world.approvals).toMatchObject([{ approval: { kind: "refused", by: [BOB] } }]);
  });

  it("is one of several, and the run waits for the others", async () => {
    const world = await waiting(2);
    expect(await say(world.loop, ADA)).toEqual({
      status: 202,
      body: { done: "counted", note: "1 of 2 have approved; the run waits for 1 more" },
    });
    expect(world.approvals).toEqual([]);
    expect((await say(world.loop, BOB)).status).toBe(200);
    expect(world.approvals).toMatchObject([{ approval: { by: [ADA, BOB] } }]);
  });

  it("is told where it may not, where it is too late, and where nobody asked", async () => {
    const world = await waiting();
    expect(await say(world.loop, EVE)).toMatchObject({
      status: 409,
      body: { faults: [expect.stringContaining("none of the approvers") as string] },
    });
    await say(world.loop, ADA);
    expect(await say(world.loop, ADA)).toEqual({
      status: 409,
      body: { faults: [`${RUN} was approved at ${inHours(1)} by ${ADA} (the groups agree); one answer is final: look at its history`] },
    });
    const fault = (run: string) => `nobody was asked about "${run}"; modelloop status names the runs that wait: name one of them`;
    for (const run of ["log-anomaly-manual-0", "web-shop-manual-0"]) {
      expect(await say(world.loop, ADA, "approve", run)).toEqual({ status: 404, body: { faults: [fault(run)] } });
    }
    expect(world.approvals).toHaveLength(1);
    const refusals = (await world.trail()).filter(({ event, values }) => event === "approval.answered" && values["refused"] === true);
    expect(Object.fromEntries(refusals.map(({ user, reason }) => [user, reason]))).toEqual({
      [EVE]: expect.stringContaining("none of the approvers") as string,
      [ADA]: expect.stringContaining("one answer is final") as string,
    });
  });

  it("who comes too late changes nothing, and stands in the trail", async () => {
    const world = await waiting();
    world.pass(48);
    const fault = `${RUN} waited until ${inHours(48)}, and silence is a refusal: ask for another run`;
    expect(await say(world.loop, ADA)).toEqual({ status: 409, body: { faults: [fault] } });
    expect((await world.trail()).at(-1)).toMatchObject({ event: "approval.answered", user: ADA, reason: fault, values: { refused: true } });
    expect([world.approvals, world.rollBacks]).toEqual([[], []]);
  });

  it("is told where the run waits no more", async () => {
    const world = await waiting();
    world.goneTokens.add("token-1");
    expect(await say(world.loop, ADA)).toEqual({
      status: 409,
      body: {
        faults: [
          `${RUN} waits no more: its time was over, or it was stopped before it could be approved; where it has not gone on, version 7 is rejected within the hour: look at its history, and ask for another run`,
        ],
      },
    });
    // Everybody else read that it was approved, and waited for a roll-out that never came.
    expect(world.notices.at(-1)?.lines).toEqual([
      `approved by ${ADA}: the groups agree`,
      "its run waits no more: where it has not gone on, it had ended before, and the version is rejected within the hour",
    ]);
    expect((await say(world.loop, BOB)).status).toBe(409);
  });

  // The function may be cut off anywhere; the person then asks again, and the run must hear the verdict once.
  it("whose request dies at any call asks again, and the run hears it", async () => {
    for (let call = 1; ; call++) {
      for (const when of ["before", "after"] as const) {
        const world = await waiting();
        const died = await world.dying({ call, when }, (loop) => say(loop, ADA));
        if (!died) return expect(call).toBeGreaterThan(4);
        await say(world.loop, ADA);
        expect(world.approvals).toEqual([{ token: "token-1", approval: { kind: "approved", by: [ADA], reason: "the groups agree" } }]);
        expect(new Set(world.notices.map(({ key }) => key)).size).toBe(1);
        const answers = (await world.trail()).filter(({ event, values }) => event === "approval.answered" && values["refused"] !== true);
        expect(answers).toHaveLength(1);
        expect(await world.ledger.openApprovals(THE_MODEL, NOW)).toEqual([]);
      }
    }
  });
});

it("R4 O2 an approver who names the run answers whether it is promoted without labels, once that is what is asked", async () => {
  for (const [verb, note] of [
    ["approve", "the release is promoted: it stays with all users"],
    ["reject", "the release is rolled back, and its version is rejected"],
  ] as const) {
    const world = await waiting();
    await say(world.loop, ADA);
    await world.ledger.askApproval(THE_MODEL, question({ ...PROMOTION, token: "token-2" }), inHours(1));
    const { body } = await answerOperator({ caller: EVE, at: NOW, asked: { verb: "status" } }, world.loop);
    expect((body as StatusAnswer).models[0]?.approvals).toMatchObject([PROMOTION]);
    expect(await say(world.loop, ADA, verb, RUN, "promotion")).toMatchObject({ status: 200, body: { note } });
    expect(world.approvals.map(({ token }) => token)).toEqual(["token-1", "token-2"]);
    expect(await world.ledger.openApprovals(THE_MODEL, inHours(1))).toEqual([]);
  }
});

// The second approver of a release finds the mail two days later, and types what stands in it: everybody would keep a release without labels.
it("R4 O2 an answer that names no question never counts for the second one", async () => {
  const world = await waiting();
  await say(world.loop, ADA);
  await world.ledger.askApproval(THE_MODEL, question({ ...PROMOTION, token: "token-2" }), inHours(1));
  const fault = `${RUN} is asking whether version 7 is promoted without labels, and the answer names no question; whether it is released was asked before, and is over: add --question promotion to mean this one`;
  for (const verb of ["approve", "reject"] as const) {
    expect(await say(world.loop, BOB, verb)).toEqual({ status: 409, body: { faults: [fault] } });
  }
  expect(await say(world.loop, BOB, "approve", RUN, "release")).toEqual({
    status: 409,
    body: { faults: [`${RUN} was approved at ${inHours(1)} by ${ADA} (the groups agree); one answer is final: look at its history`] },
  });
  expect(await world.ledger.openApprovals(THE_MODEL, inHours(1))).toMatchObject([{ ...PROMOTION, answers: [] }]);
});

it("R4 a question that was not asked is answered by nobody", async () => {
  const world = await waiting();
  expect(await say(world.loop, ADA, "approve", RUN, "promotion")).toEqual({
    status: 404,
    body: { faults: [`nobody was asked about the promotion of "${RUN}"; modelloop status names the runs that wait: name one of them`] },
  });
  expect(await world.ledger.openApprovals(THE_MODEL, NOW)).toMatchObject([RELEASE]);
});

it("R4 status shows what waits for people, and no token", async () => {
  const world = await waiting(2);
  await say(world.loop, ADA);
  const { body } = await answerOperator({ caller: EVE, at: NOW, asked: { verb: "status" } }, world.loop);
  const [model] = (body as StatusAnswer).models;
  expect(model?.approvals).toEqual([
    {
      ...{ ...RELEASE, version: "7", semanticVersion: "1.3.0", until: inHours(48), needed: 2, because: ["accuracy fell by 6 points"] },
      ...{ approvers: question().approvers, approvedBy: [ADA] },
    },
  ]);
  expect(JSON.stringify(body)).not.toContain("token-1");
  expect(openApproval({ ...record(), verdict: "approved" }).undelivered).toBe("approved");
});
