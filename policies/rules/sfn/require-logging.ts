import { at, isTrue, said } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const sfnRequireLogging = resourceRule({
  name: "sfn-require-logging",
  wrong: "A state machine writes no log, or is not traced.",
  why: "A run that failed at night is gone after its history expires, and nobody sees where its four hours went.",
  severity: Severity.Low,
  harm: Harm.Practice,
  requirements: ["R2", "R7"],
  types: ["aws:sfn/stateMachine:StateMachine", "AWS::StepFunctions::StateMachine"],
  settings: {},
  compliant: [
    {
      type: "aws:sfn/stateMachine:StateMachine",
      name: "retraining",
      props: { loggingConfiguration: { level: "ALL" }, tracingConfiguration: { enabled: true } },
    },
  ],
  *check({ props }) {
    const level = at(props, "loggingConfiguration.level");
    if (level === undefined || level === "OFF")
      yield { found: said("loggingConfiguration.level", level, '"OFF"'), cure: 'set it to "ERROR" or "ALL"' };
    const traced = at(props, "tracingConfiguration.enabled");
    if (!isTrue(traced)) yield { found: said("tracingConfiguration.enabled", traced, "false"), cure: "set it to true" };
  },
});
