import { LoopMode, modelLoopFaults, declaredModels } from "../../../../components/learning/model-loop/model-loop";
import { type ServingSignals } from "../../../../components/learning/drift-alarms/drift-alarms";

const channels = { emailAddresses: ["ml@example.com"] };

// A new loop that acts would retrain on the first false alarm of a badly chosen baseline.
test("a model observes until it is told to act, on a line of its own", () => {
  expect(declaredModels([{ name: "a" }, { name: "b", line: "a", mode: LoopMode.Act }])).toEqual([
    { model: "a", line: "a", mode: "observe" },
    { model: "b", line: "a", mode: "act" },
  ]);
});

test("the smallest loop has no faults", () => {
  expect(modelLoopFaults({ environment: "dev", models: [{ name: "log-anomaly" }], channels })).toEqual([]);
});

test("all that is wrong is said at once", () => {
  const models = [
    { name: "Log" },
    { name: "a", mode: "acts" as LoopMode, servingSignals: "grafana" as ServingSignals, weeklySchedule: "0 2 * * 0" },
    { name: "a" },
  ];
  expect(modelLoopFaults({ environment: "Dev", loop: "a", models, channels: {} })).toEqual([
    'environment is "Dev"; it begins the names of alarms: use up to 20 of a-z, 0-9 and -, a letter first',
    'models[1].mode is "acts"; it must be one of observe, act: use one of these',
    'models[1].servingSignals is "grafana"; it must be one of cloudWatch, alertmanager: use one of these',
    'models[1].weeklySchedule is "0 2 * * 0"; EventBridge Scheduler reads cron(...) or rate(...): write it as cron(0 2 ? * SUN *)',
    `model is "Log"; a model's name has 1 to 40 characters of a-z, 0-9 and -, begins with a letter and ends with no -: rename it`,
    "model a is declared twice; each has one line and one mode: declare it once",
    'loop is "a"; a model of that name would share the names of its alarms: rename the loop or the model',
    "channels are none; a loop that pages nobody is not watched: give emailAddresses, slackWebhookSecretArn or pagerDutySecretArn",
  ]);
});

test("fails when a loop has no model", () => {
  expect(modelLoopFaults({ environment: "dev", models: [], channels })).toEqual([
    "models is empty; a loop without a model does nothing: declare one",
  ]);
});
