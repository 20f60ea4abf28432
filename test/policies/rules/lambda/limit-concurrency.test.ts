import { lambdaLimitConcurrency as rule } from "../../../../policies/rules/lambda/limit-concurrency";
import { absent, departures, otherwise, set } from "../../judged";

// A burst takes every connection of the database.
departures(rule, [
  [
    "absent",
    absent("writer/reservedConcurrentExecutions"),
    ["writer: a queue feeds it and reservedConcurrentExecutions is absent; set it, or scalingConfig.maximumConcurrency of the mapping."],
  ],
]);

otherwise(rule, [
  [
    "takes a limit of the mapping",
    (compliant) => set("from-queue/scalingConfig", { maximumConcurrency: 2 })(absent("writer/reservedConcurrentExecutions")(compliant)),
    { faults: [] },
  ],
  [
    "takes a function outside the VPC",
    (compliant) => absent("writer/vpcConfig")(absent("writer/reservedConcurrentExecutions")(compliant)),
    { faults: [] },
  ],
]);
