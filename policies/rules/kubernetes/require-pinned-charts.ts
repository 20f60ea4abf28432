import { said, text } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const kubernetesRequirePinnedCharts = resourceRule({
  name: "kubernetes-require-pinned-charts",
  wrong: "A chart has no fixed version.",
  why: "The next `up` installs another one, in the middle of an unrelated change.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["C1"],
  types: ["kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart"],
  settings: {},
  compliant: [{ type: "kubernetes:helm.sh/v3:Release", name: "metrics", props: { chart: "metrics", version: "3.13.0" } }],
  *check({ props }) {
    // A chart that lies beside the program is as fixed as the program.
    if (/^[./]/.test(text(props["chart"]) ?? "")) return;
    const version = text(props["version"]);
    if (version === undefined || !/^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version))
      yield { found: said("version", version, "the newest"), cure: "name one version, such as 3.13.0" };
  },
});
