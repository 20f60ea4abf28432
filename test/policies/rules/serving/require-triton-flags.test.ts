import { servingRequireTritonFlags as rule } from "../../../../policies/rules/serving/require-triton-flags";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// One failed answer of S3 unloads every model.
departures(rule, [
  [
    "polling",
    set("spec.template.spec.containers.0.args.1", "--model-control-mode=poll"),
    ["triton: --model-control-mode is poll; use explicit, and name the models."],
  ],
  [
    "absent",
    set("spec.template.spec.containers.0.args", ["tritonserver"]),
    ["triton: --model-control-mode is absent; write --model-control-mode=explicit, so that a release is a decision."],
  ],
  [
    "ready before its models",
    set("spec.template.spec.containers.0.args.2", "--strict-readiness=false"),
    ["triton: --strict-readiness is false; set --strict-readiness=true."],
  ],
]);

otherwise(rule, [
  [
    "does not judge another program",
    (compliant) =>
      set("spec.template.spec.containers.0.image", "example.com/api:1")(absent("spec.template.spec.containers.0.args")(compliant)),
    { faults: [] },
  ],
  [
    "says so where a flag is unknown",
    set("spec.template.spec.containers.0.args.0", UNKNOWN),
    { faults: [], unknown: "spec.template.spec.containers.0.args.0" },
  ],
]);
