import { compareSeverities, SEVERITIES, severitySchema, worstSeverity } from "../../../lambdas/domain/severity";

describe("severities", () => {
  // News that outranks a warning would send a deploy to the pager and a dying model to the weekly report.
  it("A7 rank from ok over news to critical", () => {
    expect([...SEVERITIES].reverse().sort(compareSeverities)).toEqual(["ok", "info", "monitor", "warning", "critical"]);
  });

  it("are as bad as the worst of them, and ok when there are none", () => {
    expect(worstSeverity(["monitor", "critical", "info"])).toBe("critical");
    expect(worstSeverity([])).toBe("ok");
  });

  it("are read by name only", () => {
    expect(severitySchema.safeParse("fatal").success).toBe(false);
  });
});
