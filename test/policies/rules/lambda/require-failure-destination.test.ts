import { lambdaRequireFailureDestination as rule } from "../../../../policies/rules/lambda/require-failure-destination";
import { absent, and, departures, otherwise, set } from "../../judged";

// A trigger is thrown away after two retries.
departures(rule, [
  [
    "absent dead letters",
    absent("intake/deadLetterConfig"),
    ["intake: events.amazonaws.com calls it, and deadLetterConfig is absent; give it a dead-letter queue or a destination for failures."],
  ],
]);

otherwise(rule, [
  [
    "takes a destination",
    (compliant) =>
      and({
        type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        name: "failures",
        props: { destinationConfig: { onFailure: {} } },
        madeFrom: { functionName: ["intake"] },
      })(absent("intake/deadLetterConfig")(compliant)),
    { faults: [] },
  ],
  [
    "takes a caller that waits",
    (compliant) => set("events-may-call/principal", "apigateway.amazonaws.com")(absent("intake/deadLetterConfig")(compliant)),
    { faults: [] },
  ],
]);
