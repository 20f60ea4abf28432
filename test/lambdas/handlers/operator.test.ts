import { handler } from "../../../lambdas/handlers/operator";
import { event } from "../support/events";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());

async function ask(name: string) {
  let answered: Awaited<ReturnType<typeof handler>> | undefined;
  await outputOf(async () => (answered = await handler(event(name))));
  return { status: answered?.statusCode, body: JSON.parse(answered?.body ?? "null") as unknown, headers: answered?.headers };
}

const ada = "arn:aws:sts::123456789012:assumed-role/ml-lead/ada";

describe("the operator's function", () => {
  it("R1 I12 starts a run in the name that IAM gives, and in no other", async () => {
    const { status, body, headers } = await ask("operator-retrain");
    expect([status, body]).toEqual([
      202,
      { decision: "start", reason: "new labels have come in", run: expect.stringMatching(/^log-anomaly-manual-/) as string },
    ]);
    expect(headers).toEqual({ "content-type": "application/json", "cache-control": "no-store" });
    const [started] = aws.to("AWSStepFunctions.StartExecution");
    expect(JSON.parse(started?.["input"] as string)).toMatchObject({ askedBy: [ada] });
    expect((await ask("operator-status")).body).toMatchObject({ stopped: false, models: [{ model: "log-anomaly", mode: "act" }] });
  });

  it("stops the loop over a REST API as well", async () => {
    expect(await ask("operator-rest")).toMatchObject({ status: 200, body: { stopped: true } });
    expect(await aws.ledger.stopped()).toBe(true);
  });

  it("R4 does nothing for who is not named", async () => {
    await aws.ledger.setStopped(false, { user: ada, reason: "why", now: "2026-03-02T14:15:00.000Z" });
    expect((await ask("operator-unsigned")).status).toBe(403);
    expect(await aws.ledger.stopped()).toBe(false);
    expect(await handler(undefined)).toMatchObject({ statusCode: 400 });
  });

  // An error of ours may quote a table, a role or a stack: that is for the log.
  it("is asked twice and starts once, where a request is sent again", async () => {
    expect((await ask("operator-retrain")).body).toMatchObject({ decision: "ignore" });
    expect(aws.to("AWSStepFunctions.StartExecution")).toHaveLength(1);
  });

  it("says no more than that it failed, where it fails", async () => {
    const broken = FakeAws.failing("AmazonSQS.SendMessageBatch", aws);
    expect(await ask("operator-rest")).toMatchObject({
      status: 500,
      body: { faults: ["the loop could not answer; its log says why: ask again"] },
    });
    broken.mend();
  });
});
