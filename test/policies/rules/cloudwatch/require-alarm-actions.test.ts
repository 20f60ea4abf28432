import { cloudwatchRequireAlarmActions as rule } from "../../../../policies/rules/cloudwatch/require-alarm-actions";
import { UNKNOWN, absent, and, departures, otherwise, set } from "../../judged";

// An alarm turns red at night, alone.
departures(rule, [
  [
    "telling nobody",
    set("alarmActions", []),
    [
      "errors: alarmActions is empty, and neither a composite alarm nor a rule of EventBridge hears it; give it an SNS topic that people read.",
    ],
  ],
  [
    "absent actions",
    absent("alarmActions"),
    [
      "errors: alarmActions is empty, and neither a composite alarm nor a rule of EventBridge hears it; give it an SNS topic that people read.",
    ],
  ],
  ["absent runbook", absent("alarmDescription"), ['errors: alarmDescription names no runbook; end it with "Runbook: " and where it lies.']],
]);

otherwise(rule, [
  ["takes a topic that is known after deployment only", set("alarmActions", [UNKNOWN]), { faults: [] }],
  [
    "takes an alarm that a rule of EventBridge hears",
    (compliant) =>
      and({ type: "aws:cloudwatch/eventRule:EventRule", name: "heard", props: { eventPattern: '{"source":["aws.cloudwatch"]}' } })(
        absent("alarmActions")(compliant),
      ),
    { faults: [] },
  ],
  [
    "takes a part of a composite alarm",
    (compliant) =>
      and({
        type: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        name: "both",
        props: { alarmActions: ["arn"], alarmDescription: "Runbook: x" },
        madeFrom: { alarmRule: ["errors"] },
      })(absent("alarmActions")(compliant)),
    { faults: [] },
  ],
]);
