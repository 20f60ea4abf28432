import { sfnRequireLogging as rule } from "../../../../policies/rules/sfn/require-logging";
import { absent, departures, set } from "../../judged";

// A run that failed at night leaves nothing.
departures(rule, [
  ["silent", set("loggingConfiguration.level", "OFF"), ['retraining: loggingConfiguration.level is "OFF"; set it to "ERROR" or "ALL".']],
  [
    "absent log",
    absent("loggingConfiguration"),
    ['retraining: loggingConfiguration.level is absent, which means "OFF"; set it to "ERROR" or "ALL".'],
  ],
  ["untraced", set("tracingConfiguration.enabled", false), ["retraining: tracingConfiguration.enabled is false; set it to true."]],
  [
    "absent tracing",
    absent("tracingConfiguration"),
    ["retraining: tracingConfiguration.enabled is absent, which means false; set it to true."],
  ],
]);
