import { readEnvironment } from "../../../lambdas/runtime/environment";
import {
  intakeEnvironmentSchema,
  notifyEnvironmentSchema,
  operatorEnvironmentSchema,
  runEndedEnvironmentSchema,
  type LoopFunctionVariables,
} from "../../../lambdas/runtime/loop-environment";
import { once } from "../../../lambdas/runtime/once";
import { eachMessage } from "../../../lambdas/runtime/sqs-batch";
import { systemClock } from "../../../lambdas/runtime/clock";

const queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/queue";

const variables: LoopFunctionVariables["intake"] = {
  ENVIRONMENT: "dev",
  MODELS: "log-anomaly:act",
  LEDGER_TABLE: "ledger",
  NOTICES_QUEUE_URL: queue,
  QUARANTINE_QUEUE_URL: queue,
  WORKFLOW_ALIAS_ARN: "arn:aws:states:eu-west-1:1:stateMachine:retraining:live",
  WAKE_UP_GROUP: "dev",
  WAKE_UP_QUEUE_ARN: "arn:aws:sqs:eu-west-1:1:intake",
  WAKE_UP_ROLE_ARN: "arn:aws:iam::1:role/wake-up",
};

describe("the environment of a function", () => {
  it("has the domain's own limits unless it says otherwise", () => {
    const read = intakeEnvironmentSchema.parse({ ...variables, LEASE_HOURS: "12", AWS_REGION: "eu-west-1" });
    expect(read).toMatchObject({
      COOL_DOWN_HOURS: 24,
      AUTOMATIC_STARTS_PER_WEEK: 3,
      LEASE_HOURS: 12,
      MODELS: [{ model: "log-anomaly", mode: "act" }],
    });
    expect(runEndedEnvironmentSchema.safeParse(variables).success && operatorEnvironmentSchema.safeParse(variables).success).toBe(true);
  });

  // A function with half of its settings works until the first alarm needs the other half.
  it("is refused with all that is wrong with it, and without a value of it", () => {
    const before = { ...process.env };
    Object.assign(process.env, { ENVIRONMENT: "dev", QUARANTINE_QUEUE_URL: "hunter2", SLACK_WEBHOOK_SECRET_ARN: "hunter2" });
    try {
      expect(() => readEnvironment(notifyEnvironmentSchema)).toThrow(
        new Error(
          "The function's environment cannot be used:\n" +
            "  - QUARANTINE_QUEUE_URL: Invalid URL\n" +
            '  - SLACK_WEBHOOK_SECRET_ARN: Invalid string: must start with "arn:"',
        ),
      );
    } finally {
      process.env = before;
    }
    for (const hours of ["", "many", "0", "1000"])
      expect(intakeEnvironmentSchema.safeParse({ ...variables, LEASE_HOURS: hours }).success).toBe(false);
  });
});

describe("the messages of a batch", () => {
  const batch = (...bodies: string[]) => ({ Records: bodies.map((body) => ({ messageId: body, body })) });
  const again = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

  // A roll-back at the end of a batch waited for everything before it, and was lost to the next delivery when that took too long.
  it("are handled one after the other, what is urgent first; one that throws is delivered again, alone", async () => {
    const handled: string[] = [];
    const work = ({ body }: { body: string }) => (handled.push(body), body === "b" ? Promise.reject(new Error("down")) : Promise.resolve());
    const answer = await eachMessage(batch("a", "b", "page", "c"), work, { isUrgent: ({ body }) => body === "page" });
    expect(handled).toEqual(["page", "a", "b", "c"]);
    expect(answer).toEqual(again("b"));
  });

  // A function that runs out of time gives its whole batch back, done or not; five times, and all of it is among the dead letters.
  it("are given back unhandled where less than 15 seconds are left", async () => {
    let left = 30_000;
    const work = () => ((left -= 10_000), Promise.resolve());
    expect(await eachMessage(batch("a", "b", "c", "d"), work, { timeLeft: { getRemainingTimeInMillis: () => left } })).toEqual(
      again("c", "d"),
    );
  });
});

it("what a handler needs is made at its first call, once, and again after it could not be made", () => {
  let made = 0;
  const make = once(() => {
    if (++made === 1) throw new Error("the environment is not there yet");
    return made;
  });
  expect(made).toBe(0);
  expect(() => make()).toThrow(new Error("the environment is not there yet"));
  expect([make(), make()]).toEqual([2, 2]);
});

it("the clock is asked at each call", () => {
  const now = jest.spyOn(Date, "now").mockReturnValueOnce(0).mockReturnValueOnce(1_000);
  expect([systemClock.now(), systemClock.now()]).toEqual(["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:01.000Z"]);
  now.mockRestore();
});
