import { s3RequireVersioning as rule } from "../../../../policies/rules/s3/require-versioning";
import { absent, departures, otherwise, set, without } from "../../judged";

// An overwritten model cannot be rolled back to.
departures(rule, [
  ["absent configuration", without("models-versioning"), ["models: no BucketVersioning names it; add one with the status Enabled."]],
  [
    "suspended",
    set("models-versioning/versioningConfiguration.status", "Suspended"),
    ['models-versioning: versioningConfiguration.status is "Suspended"; set it to "Enabled".'],
  ],
  [
    "absent status",
    absent("models-versioning/versioningConfiguration.status"),
    ['models-versioning: versioningConfiguration.status is absent; set it to "Enabled".'],
  ],
]);

otherwise(rule, [
  [
    "finds it by the bucket's plain name as well",
    (compliant) => compliant.map((example) => ({ type: example.type, name: example.name, props: example.props })),
    { faults: [] },
  ],
]);
