import { askApproval } from "../../../lambdas/application/ask-approval";
import { firstWatch } from "../../../lambdas/domain/roll-out/watch";
import type { Judgement } from "../../../lambdas/domain/run/steps";
import { ADA, APPROVERS, BOB, PROMOTION, RELEASE } from "../domain/approvals/examples";
import { inHours, NOW } from "../domain/examples";
import { ORDER } from "../domain/roll-out/examples";
import { modelSpec, RUN, runPlan } from "../domain/run/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

const governance = modelSpec({
  governance: { approvers: APPROVERS, approvalsNeeded: 2, remindAfterHours: 2, timeoutHours: 24 },
}).governance;
const judgement: Judgement = {
  ...{ kind: "passed", needsApproval: ["accuracy fell by 6 points"], semanticVersion: "1.5.0", reason: "every gate passed" },
  gates: [
    { model: "anomaly_xgboost", gate: "f1 > 0.85", value: 0.93111, limit: 0.85, outcome: "passed", verifiedLabels: 9, reason: "0.93" },
    { model: "anomaly_xgboost", gate: "lossGap < 0.1", outcome: "not-measured", verifiedLabels: 9, reason: "not measured" },
  ],
};

function request(token = "token-1") {
  const plan = runPlan();
  const registered = { version: "8", semanticVersion: "1.5.0", release: plan.release };
  return { plan: { ...plan, askedBy: [BOB], spec: { ...plan.spec, governance } }, judgement, registered, token };
}

it("R4 asks those whom the model names, about this version, and keeps whoever wanted the run from deciding", async () => {
  const world = await TestWorld.make();
  expect(await askApproval(request(), world.loop)).toEqual({ until: inHours(24) });
  expect(await world.ledger.openApprovals(THE_MODEL, NOW)).toMatchObject([
    {
      ...{ run: RUN, version: "8", semanticVersion: "1.5.0", token: "token-1", approvers: APPROVERS, needed: 2, askedBy: [BOB] },
      ...{ askedAt: NOW, remindAt: inHours(2), until: inHours(24), because: ["accuracy fell by 6 points"] },
    },
  ]);
  expect(world.notices).toMatchObject([
    {
      key: `${RUN}/approval/asked`,
      lines: [
        "why a person decides: accuracy fell by 6 points",
        "anomaly_xgboost: f1 > 0.85: 0.9311, passed",
        "anomaly_xgboost: lossGap < 0.1: not-measured",
        expect.stringContaining(`npx modelloop approve ${RUN} --question release --reason`) as string,
        `until ${inHours(24)}; silence is a refusal`,
      ],
    },
  ]);
});

function promotionRequest(token = "token-9") {
  const order = { ...ORDER, run: RUN, governance, askedBy: [BOB] };
  const watch = { ...firstWatch(3, NOW), watchedMinutes: 24 * 60, waitedMinutes: 48 * 60 };
  return { token, order, reason: "labels did not come for 48 hours", watch };
}

it("R4 O2 asks the same people whether a release is promoted without labels, beside what it has asked before", async () => {
  const world = await TestWorld.make();
  await askApproval(request(), world.loop);
  expect(await askApproval(promotionRequest(), world.loop)).toEqual({ until: inHours(24) });
  expect(await world.ledger.openApprovals(THE_MODEL, NOW)).toMatchObject([
    { ...RELEASE, run: RUN },
    {
      ...{ ...PROMOTION, run: RUN, version: "12", semanticVersion: "1.5.0", token: "token-9", approvers: APPROVERS, needed: 2 },
      ...{ askedBy: [BOB], until: inHours(24), remindAt: inHours(2), because: ["labels did not come for 48 hours"] },
    },
  ]);
  expect(world.notices[1]).toMatchObject({
    key: `${RUN}/promotion/asked`,
    title: "log-anomaly: promote version 12 (1.5.0) without labels?",
    lines: [
      "why a person decides: labels did not come for 48 hours",
      `r42 has had 100 % of the traffic since ${NOW}: watched for 24 hours, and 48 hours more for labels`,
      "approve: it stays with all users; reject: they get the release before it again",
      expect.stringContaining(`npx modelloop approve ${RUN} --question promotion --reason`) as string,
      `until ${inHours(24)}; silence is a refusal`,
    ],
  });
});

// The step is tried again after its answer was lost: there must be one question, and it must wait under the token that is alive.
it("R4 asks once however often it is tried, and whatever call it died at", async () => {
  for (let call = 1; ; call++) {
    for (const when of ["before", "after"] as const) {
      const world = await TestWorld.make();
      if (!(await world.dying({ call, when }, (loop) => askApproval(request(), loop)))) return expect(call).toBeGreaterThan(2);
      await askApproval(request("token-2"), world.loop);
      expect(await world.ledger.openApprovals(THE_MODEL, NOW)).toMatchObject([{ token: "token-2" }]);
      expect(new Set(world.notices.map(({ key }) => key)).size).toBe(1);
      expect((await world.events()).filter((event) => event === "approval.asked")).toHaveLength(1);
    }
  }
});

it("R4 asks for the answer again where it was given under a token that is dead", async () => {
  const world = await TestWorld.make();
  await askApproval(request(), world.loop);
  await world.ledger.answerApproval(THE_MODEL, RUN, { by: ADA, verdict: "refused", reason: "no", at: NOW });
  await world.ledger.approvalDelivered(THE_MODEL, RELEASE);
  await askApproval(request("token-2"), world.loop);
  expect(world.notices.map(({ key }) => key)).toEqual([`${RUN}/approval/asked`, `${RUN}/approval/undelivered`]);
});

it("fails for what is no request", async () => {
  const world = await TestWorld.make();
  const { watch: _watch, ...half } = promotionRequest();
  for (const each of [{}, undefined, half]) await expect(askApproval(each, world.loop)).rejects.toMatchObject({ name: "ZodError" });
});
