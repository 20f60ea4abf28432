import fc from "fast-check";
import {
  dedupKey,
  LONGEST_MODEL_NAME,
  modelNameSchema,
  NAME_LIMITS,
  runName,
  trainingJobName,
  wakeUpName,
} from "../../../lambdas/domain/names";
import { RULE_NAMES } from "../../../lambdas/domain/rules";
import { instant } from "../../../lambdas/domain/time";
import { anySignal, inHours, NOW, signal } from "./examples";

const anyModel = fc.stringMatching(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/);
const anyCause = fc.record({
  model: anyModel,
  rule: fc.constantFrom(...RULE_NAMES),
  firedAt: fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }).map(instant),
  signals: fc.array(fc.string({ minLength: 1 }), { minLength: 1 }),
  fence: fc.integer({ min: 1, max: 1_000_000 }),
});

function fits(name: string, { longest, allowed }: (typeof NAME_LIMITS)[keyof typeof NAME_LIMITS]): boolean {
  return name.length <= longest && allowed.test(name);
}

describe("a model's name", () => {
  it.each(["a", "log-anomaly", "x".repeat(LONGEST_MODEL_NAME)])("may be %s", (name) => {
    expect(modelNameSchema.safeParse(name).success).toBe(true);
  });

  it.each(["", "9lives", "Log", "log_anomaly", "log-", "-log", "log anomaly", "x".repeat(LONGEST_MODEL_NAME + 1)])(
    "may not be %j",
    (name) => {
      expect(modelNameSchema.safeParse(name).error?.issues.map(({ message }) => message)).toEqual([
        `model is ${JSON.stringify(name)}; a model's name has 1 to 40 characters of a-z, 0-9 and -, begins with a letter and ends with no -: rename it`,
      ]);
    },
  );
});

describe("the key by which a signal is known again", () => {
  // The same alarm comes through EventBridge and SNS, twice each; four keys would be four retrainings.
  it("R6 is the same on every path and at every delivery", () => {
    const first = signal({ source: "cloudwatch", reason: "as EventBridge words it", value: 0.34 });
    const second = signal({ source: "alertmanager", reason: "as SNS words it", value: 0.3401 });
    expect(dedupKey(second)).toBe(dedupKey(first));
    expect(dedupKey(first)).toMatch(/^20260302T141500Z-[0-9a-f]{8}$/);
  });

  it.each([
    ["rule", { rule: "accuracy-drop" as const }],
    ["severity", { severity: "warning" as const }],
    ["subject", { subject: "memory" }],
    ["model", { model: "fraud" }],
    ["time", { firedAt: inHours(1) }],
    ["millisecond", { firedAt: NOW.replace(".000Z", ".001Z") }],
  ])("differs with the %s", (_what, change) => {
    expect(dedupKey(signal(change))).not.toBe(dedupKey(signal()));
  });

  it("sorts by age, whatever the rule", () => {
    fc.assert(
      fc.property(anySignal, anySignal, (one, other) => {
        if (one.firedAt.slice(0, 19) < other.firedAt.slice(0, 19)) expect(dedupKey(one) < dedupKey(other)).toBe(true);
      }),
    );
  });
});

describe("a run's name", () => {
  it("R6 tells model, cause and hour, and is the same each time", () => {
    const cause = { model: "log-anomaly", rule: "data-drift" as const, firedAt: "2026-03-02T14:15:00.000Z", signals: ["b", "a"], fence: 7 };
    expect(runName(cause)).toMatch(/^log-anomaly-data-drift-2026030214-[0-9a-f]{8}$/);
    expect(runName({ ...cause, signals: ["a", "b"] })).toBe(runName(cause));
  });

  // A finished execution keeps its name for 90 days. A failed run that gave its signals back would never be tried again under the old one.
  it("R6 differs at the next attempt, and between lists of signals that read alike", () => {
    const cause = { model: "m", rule: "weekly" as const, firedAt: NOW, signals: ["a", "b"], fence: 7 };
    const names = [cause, { ...cause, fence: 8 }, { ...cause, signals: ["a,b"] }, { ...cause, signals: ['a","b'] }].map(runName);
    expect(new Set(names).size).toBe(4);
  });

  // A name that is one character too long is refused by the service at three in the morning, when the first long one fires.
  it("fits Step Functions for every model and cause", () => {
    fc.assert(
      fc.property(anyCause, (cause) => {
        expect(fits(runName(cause), NAME_LIMITS.execution)).toBe(true);
        expect(runName(cause)).toBe(runName({ ...cause }));
      }),
    );
  });
});

describe("a training job's name", () => {
  it("fits SageMaker for every run, part and attempt", () => {
    fc.assert(
      fc.property(
        anyCause,
        fc.constantFrom("champion", "challenger"),
        fc.nat(9_999),
        fc.nat(99),
        (cause, part, redriveCount, retryCount) => {
          const name = trainingJobName({ run: runName(cause), part, redriveCount, retryCount });
          expect(fits(name, NAME_LIMITS.trainingJob)).toBe(true);
        },
      ),
    );
  });

  // Job names are taken for ever: a redriven execution that reuses one fails at once, and with it the whole run.
  it("differs between parts, redrives and retries, and between runs that are cut to the same length", () => {
    const run = runName({ model: "m".repeat(40), rule: "accuracy-collapse", firedAt: NOW, signals: ["a"], fence: 1 });
    const job = { run, part: "champion", redriveCount: 0, retryCount: 0 };
    const jobs = [
      job,
      { ...job, part: "challenger" },
      { ...job, redriveCount: 1 },
      { ...job, retryCount: 1 },
      { ...job, run: run.slice(0, -1) + "z" },
    ];
    expect(new Set(jobs.map(trainingJobName)).size).toBe(5);
  });

  it("stays legal where a run's name has nothing to keep", () => {
    expect(trainingJobName({ run: "___", part: "champion", redriveCount: 0, retryCount: 0 })).toMatch(/^run-[0-9a-f]{8}-champion-0-0$/);
  });
});

describe("the name of a model's wake-up", () => {
  it("fits EventBridge Scheduler", () => {
    fc.assert(fc.property(anyModel, (model) => expect(fits(wakeUpName(model), NAME_LIMITS.schedule)).toBe(true)));
  });
});
