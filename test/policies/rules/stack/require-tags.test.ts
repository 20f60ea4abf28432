import { stackRequireTags as rule } from "../../../../policies/rules/stack/require-tags";
import { absent, departures, otherwise, set } from "../../judged";

// Nobody can say what an environment costs.
departures(rule, [
  ["without one", absent("tags.Owner"), ["logs: tags lacks Owner; add them, or give them to the provider as defaultTags."]],
  ["absent", absent("tags"), ["logs: tags lacks Environment, Owner, CostCentre; add them, or give them to the provider as defaultTags."]],
]);

otherwise(rule, [
  [
    "takes the provider's own tags",
    (compliant) => set("tagsAll", { Environment: "dev", Owner: "ml", CostCentre: "17" })(absent("tags")(compliant)),
    { faults: [] },
  ],
]);
