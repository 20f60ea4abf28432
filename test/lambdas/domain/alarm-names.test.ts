import fc from "fast-check";
import { alarmName, isAlarmOfSomeModel, readAlarmName } from "../../../lambdas/domain/alarm-names";
import { RULE_NAMES } from "../../../lambdas/domain/rules";
import { SEVERITIES } from "../../../lambdas/domain/severity";

describe("the name of an alarm", () => {
  it("says environment, model, rule, condition and severity", () => {
    const name = alarmName({ environment: "dev", model: "log-anomaly", rule: "data-drift", condition: "above-0.3", severity: "critical" });
    expect(name).toBe("dev-log-anomaly-data-drift-above-0.3-critical");
    expect(readAlarmName(name, "dev", ["log-anomaly"])).toEqual({ model: "log-anomaly", rule: "data-drift", severity: "critical" });
  });

  // Whatever a model is called, its alarms must not be taken for another model's: that one would be retrained, or rolled back.
  it("is read back as it was written, even where one model's name begins another's or holds the name of a rule", () => {
    const models = ["log", "log-anomaly", "log-latency", "recall", "my-recall-latency", "feedback"];
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.constantFrom(...RULE_NAMES),
        fc.constantFrom(...SEVERITIES),
        fc.constantFrom("above-0.3", "below-0.85", "any"),
        (model, rule, severity, condition) => {
          const name = alarmName({ environment: "dev", model, rule, condition, severity });
          expect(readAlarmName(name, "dev", models)).toEqual({ model, rule, severity });
        },
      ),
    );
  });

  it.each([
    ["of another environment", "prod-log-anomaly-data-drift-above-0.3-critical"],
    ["of an unknown model", "dev-web-shop-data-drift-above-0.3-critical"],
    ["of an unknown rule", "dev-log-anomaly-disk-full-critical"],
    ["of the platform", "dev-dead-letters"],
    ["with an unknown severity", "dev-log-anomaly-data-drift-above-0.3-urgent"],
  ])("is not ours when it is %s", (_, name) => {
    expect(readAlarmName(name, "dev", ["log-anomaly"])).toBeUndefined();
  });

  // Two loops of one environment hear each other's alarms: in quarantine each of them would call a person.
  it.each([
    ["dev-web-shop-data-drift-above-0.3-critical", true],
    ["dev-web-shop-data-quality-above-0-critical", true],
    ["prod-web-shop-data-drift-above-0.3-critical", false],
    ["dev-data-drift-above-0.3-critical", false],
    ["dev-web-shop-disk-full-critical", false],
    ["dev-web-shop-data-drift-above-0.3-urgent", false],
  ])("%s is shaped like one of some model: %p", (name, shaped) => {
    expect(isAlarmOfSomeModel(name, "dev")).toBe(shaped);
  });
});
