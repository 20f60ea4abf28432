import { inTurn, isTrue, said } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

const SWITCHES = ["isMultiRegionTrail", "enableLogFileValidation"];

export const cloudtrailRequireWholeTrail = resourceRule({
  name: "cloudtrail-require-whole-trail",
  wrong: "An audit trail leaves Regions out, or its files can be changed unnoticed.",
  why: "Whoever breaks in works where nobody looks, and edits what was seen.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I12"],
  types: ["aws:cloudtrail/trail:Trail"],
  settings: {},
  compliant: [{ type: "aws:cloudtrail/trail:Trail", name: "audit", props: { isMultiRegionTrail: true, enableLogFileValidation: true } }],
  *check({ props }) {
    yield* inTurn(SWITCHES, function* (key) {
      if (!isTrue(props[key])) yield { found: said(key, props[key], "false"), cure: "set it to true" };
    });
  },
});
