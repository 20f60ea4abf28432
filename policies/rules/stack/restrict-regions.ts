import { text } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const stackRestrictRegions = resourceRule({
  name: "stack-restrict-regions",
  wrong: "Resources go to a Region that nobody allowed.",
  why: "Data leaves where it may be kept, and nobody looks at the bill of a Region that nobody uses.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I13"],
  types: ["pulumi:providers:aws"],
  settings: {
    regions: {
      default: ["us-east-1", "eu-west-1", "eu-central-1"],
      says: "Regions that may be used: those that this project has prices of.",
    },
  },
  compliant: [{ type: "pulumi:providers:aws", name: "default", props: { region: "us-east-1" } }],
  *check({ props }, { regions }) {
    const region = text(props["region"]);
    if (region !== undefined && !regions.includes(region))
      yield { found: `region is ${region}`, cure: `use ${regions.join(" or ")}, or allow it in regions` };
  },
});
