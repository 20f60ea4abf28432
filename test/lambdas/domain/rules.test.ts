import { EVENT_RULES, MEASURED_RULE_NAMES, MEASURED_RULES, RULE_NAMES } from "../../../lambdas/domain/rules";
import { compareSeverities } from "../../../lambdas/domain/severity";

describe("the tables of the rules", () => {
  it("A1 to A7, A10 and R1 each have a rule", () => {
    const requirements = [...Object.values(MEASURED_RULES), ...Object.values(EVENT_RULES)].map(({ requirement }) => requirement);
    expect([...new Set(requirements)].sort()).toEqual(["A1", "A10", "A2", "A3", "A4", "A5", "A6", "A7", "R1"]);
  });

  // The first line that is passed holds: a milder one above a worse one would hide it for good.
  it.each(MEASURED_RULE_NAMES)("name the tiers of %s from the worst down, each with a severity of its own", (name) => {
    const { tiers, worseWhen } = MEASURED_RULES[name];
    const bounds = tiers.map(({ bound }) => (worseWhen === "above" ? bound : -bound));
    expect(bounds).toEqual([...bounds].sort((one, other) => other - one));
    const severities = tiers.map(({ severity }) => severity);
    expect(severities).toEqual([...new Set(severities)].sort((one, other) => compareSeverities(other, one)));
  });

  it("A7 call deploys news, and a system that is down critical", () => {
    expect(EVENT_RULES.deployment).toEqual({ requirement: "A7", severity: "info", asks: [{ kind: "record" }] });
    expect(EVENT_RULES["system-down"]).toEqual({ requirement: "A7", severity: "critical", asks: [{ kind: "page" }] });
  });

  // A pipeline that delivers rubbish must not become the next model's teacher.
  it("A3 page for broken data, and retrain on none", () => {
    expect(EVENT_RULES["data-quality"].asks).toEqual([{ kind: "page" }]);
  });

  it("R1 take one week of data for everything but drift and performance", () => {
    for (const rule of ["weekly", "code-push", "manual"] as const) {
      expect(EVENT_RULES[rule].asks).toEqual([{ kind: "retrain", withinHours: 0, windowDays: 7 }]);
    }
  });

  // Names are the border between alarms, runbooks and this table; a rule that is renamed by accident is an alarm nobody answers.
  it("have these names, in alarms and audit lines too", () => {
    expect(RULE_NAMES).toEqual([
      "data-drift",
      "accuracy-drop",
      "prediction-drift",
      "accuracy-floor",
      "latency",
      "error-rate",
      "accuracy-collapse",
      "precision",
      "recall",
      "feedback",
      "data-quality",
      "system-down",
      "deployment",
      "weekly",
      "code-push",
      "manual",
    ]);
  });
});
