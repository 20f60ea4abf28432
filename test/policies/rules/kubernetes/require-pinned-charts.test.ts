import { kubernetesRequirePinnedCharts as rule } from "../../../../policies/rules/kubernetes/require-pinned-charts";
import { absent, departures, otherwise, set } from "../../judged";

// The next `up` installs another chart.
departures(rule, [
  ["with a range", set("version", "^3.13.0"), ['metrics: version is "^3.13.0"; name one version, such as 3.13.0.']],
  ["absent", absent("version"), ["metrics: version is absent, which means the newest; name one version, such as 3.13.0."]],
]);

otherwise(rule, [
  ["takes a chart beside the program", (compliant) => set("chart", "./charts/api")(absent("version")(compliant)), { faults: [] }],
]);
