import { ALARM_STATES, signalAlarmNames } from "../../../../components/learning/alarm-intake/alarm-intake";
import { driftAlarms, DEFAULT_INTERVALS, ServingSignals } from "../../../../components/learning/drift-alarms/drift-alarms";

/** EventBridge's wildcard: `*` is any characters, none of them included. */
function matches(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name);
}

// An alarm that no rule carries is an alarm that nobody hears.
test("A1 to A10 every alarm of a model is carried, and no other alarm of the environment", () => {
  const shape = { environment: "dev", model: "log-anomaly", servingSignals: ServingSignals.CloudWatch, intervals: DEFAULT_INTERVALS };
  const heard = (name: string): boolean => signalAlarmNames("dev").some((pattern) => matches(pattern, name));
  const alarms = [
    ...driftAlarms(shape),
    ...["data-quality-above-0", "system-down-any"].map((rest) => ({ name: `dev-log-anomaly-${rest}-critical` })),
  ];
  expect(alarms.filter(({ name }) => !heard(name))).toEqual([]);
  const others = [
    "dev-platform-db-cpu-above-80-warning",
    "prod-log-anomaly-data-drift-above-0.3-critical",
    ...alarms.map(({ name }) => `part-of-${name}`),
  ];
  expect(others.filter(heard)).toEqual([]);
});

test("a deployment's INSUFFICIENT_DATA is not carried", () => {
  expect(ALARM_STATES).toEqual(["ALARM", "OK"]);
});

// EventBridge refuses longer patterns, and then the whole stack.
test("the pattern stays within EventBridge's 2,048 characters, whatever the environment's name", () => {
  expect(JSON.stringify(signalAlarmNames("a".repeat(20)).map((wildcard) => ({ wildcard }))).length).toBeLessThan(1_500);
});
