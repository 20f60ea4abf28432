import { handler } from "../../../lambdas/handlers/ask-approval";
import { hoursAfter, instant } from "../../../lambdas/domain/time";
import { runPlan } from "../domain/run/examples";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());

it("R4 the function that asks people writes the question down and tells them, and puts the token into no log", async () => {
  const plan = runPlan();
  const judgement = { kind: "passed", gates: [], needsApproval: ["automatic approval is off"], semanticVersion: "1.5.0", reason: "passed" };
  const registered = { version: "8", semanticVersion: "1.5.0", release: plan.release };
  const lines = await outputOf(() => handler({ plan, judgement, registered, token: "token-not-to-be-seen" }));
  expect(JSON.stringify(lines)).toContain("approval.asked");
  expect(JSON.stringify([lines, aws.to("AmazonSQS.SendMessageBatch")])).not.toContain("token-not-to-be-seen");
  expect(aws.to("AmazonSQS.SendMessageBatch")).toHaveLength(1);
  const now = instant(Date.now());
  const subject = { line: "log-anomaly", model: "log-anomaly" };
  expect(await aws.ledger.openApprovals(subject, hoursAfter(now, 1))).toMatchObject([{ token: "token-not-to-be-seen", version: "8" }]);
});
