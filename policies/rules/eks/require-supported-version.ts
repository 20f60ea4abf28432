import { said, text } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

/**
 * Last day of standard support: EKS user guide, "Amazon EKS Kubernetes release calendar", as quoted by endoflife.date (read 2026-11-21), and for
 * 1.36 a summary of the release notes (2026-08-10). A table of its own, because a policy does not trust what it checks.
 */
const STANDARD_SUPPORT_ENDS: Readonly<Record<string, string>> = {
  "1.31": "2025-11-26",
  "1.32": "2026-03-23",
  "1.33": "2026-07-29",
  "1.34": "2026-12-02",
  "1.35": "2027-03-27",
  "1.36": "2027-08-02",
};

export const eksRequireSupportedVersion = resourceRule({
  name: "eks-require-supported-version",
  wrong: "A cluster's version of Kubernetes has left standard support, or nobody chose one.",
  why: "It costs six times as much an hour, USD 438 a month in place of 73, or AWS upgrades it at a time of its own choice.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I2", "I10"],
  types: ["aws:eks/cluster:Cluster"],
  settings: { today: { default: "", says: "Day to judge by, as 2026-11-21; empty: the day it runs." } },
  compliant: [{ type: "aws:eks/cluster:Cluster", name: "platform", props: { version: "1.36" } }],
  *check({ props }, { today }) {
    const version = text(props["version"]);
    const day = today === "" ? new Date().toISOString().slice(0, 10) : today;
    const kept = Object.entries(STANDARD_SUPPORT_ENDS).filter(([, end]) => day <= end);
    const cure = `use ${kept.map(([other]) => other).join(" or ")}`;
    if (version === undefined) yield { found: said("version", undefined, "whatever is newest on the day"), cure };
    else if (STANDARD_SUPPORT_ENDS[version] === undefined)
      yield { found: `${said("version", version)}, which this rule has no dates of`, cure };
    else if (day > STANDARD_SUPPORT_ENDS[version])
      yield { found: `${said("version", version)}, whose standard support ended on ${STANDARD_SUPPORT_ENDS[version]}`, cure };
  },
});
