/** From a version that may be released to what came of it: packaged, rolled out, rolled back. */
import { type AslState, type Catcher, either, expression } from "../shared/asl";
import { FAILURE, LONGEST_ROLL_OUT, ROLL_OUT_NAME, within } from "./run-expressions";
import { call, type MachineParts, PACKAGING_SECONDS, PLAN, START_ONLY, verdict } from "./run-states";

export function releasing(parts: MachineParts): Record<string, AslState> {
  const { rollOut, functions } = parts;
  const packaged: AslState = verdict("packaged", "$plan.release & ' lies ready; this loop rolls nothing out'", "Close");
  return {
    Package: call(parts, {
      ...{ arn: functions.packageRelease, payload: { plan: PLAN, archive: expression("$archive") }, limit: within(PACKAGING_SECONDS) },
      ...{ next: "Is it packaged?" },
      assign: {
        packaged: expression("$states.result.Payload"),
        reason: expression("'it cannot be packaged: ' & $join([$states.result.Payload.faults], '; ')"),
      },
    }),
    "Is it packaged?": either("$packaged.kind = 'released'", rollOut === undefined ? "Ready" : "Is it rolled out?", "Refused by packaging"),
    "Refused by packaging": verdict("rejected", "$reason", "Close"),
    Ready: packaged,
    ...(rollOut === undefined ? {} : rollingOut(parts.place.partition, rollOut)),
  };
}

function rollingOut(partition: string, alias: string): Record<string, AslState> {
  const report = "$states.result.Output";
  return {
    "Is it rolled out?": either("$exists($plan.spec.rollOut) and $exists($plan.spec.serving)", "Roll out", "Ready"),
    "Roll out": {
      ...{ Type: "Task", Resource: `${partition}:states:::states:startExecution.sync:2`, TimeoutSeconds: LONGEST_ROLL_OUT },
      Arguments: {
        ...{ StateMachineArn: alias, Name: ROLL_OUT_NAME },
        Input: expression(
          "{'schemaVersion': 1, 'run': $plan.run, 'model': $plan.spec.model, 'line': $plan.spec.line, 'version': $registered.version, 'semanticVersion': $registered.semanticVersion, 'release': $plan.release, 'models': [$packaged.models], 'governance': $plan.spec.governance, 'askedBy': [$plan.askedBy], 'rollOut': $plan.spec.rollOut, 'serving': $plan.spec.serving}",
        ),
      },
      // It brings traffic to a declared state whatever happens; a second one beside it would be a second writer.
      ...{ Retry: START_ONLY, Catch: [STOPPED_FROM_OUTSIDE], Next: "Close" },
      Assign: {
        // Refused: it never touched traffic.
        outcome: expression(`${report}.outcome in ['promoted', 'rolled-back'] ? ${report}.outcome : 'rejected'`),
        reason: expression(`${report}.reason`),
        withoutLabels: expression(`$exists(${report}.withoutLabels) ? ${report}.withoutLabels : {}`),
      },
    },
    "Was it rolled back?": either("$isRolledBack", "Rolled back", "Is a candidate left?"),
    "Rolled back": verdict("rolled-back", "$reason", "Close"),
  };
}

/**
 * Whoever gives a roll-out up by hand, by an alarm or by the sweep stops it with this error, and brings traffic back himself (`rollOutRuns.stop` of
 * the loop). Without it a run whose release was given up would be a failure, which the loop tries again. What it fails with else is one.
 */
const ROLLED_BACK = '$contains($states.errorOutput.Cause, /"Error"\\s*:\\s*"RolledBack"/)';
const WHY = '$match($states.errorOutput.Cause, /"Cause"\\s*:\\s*"([^"]*)"/)[0].groups[0]';
const STOPPED_FROM_OUTSIDE: Catcher = {
  ErrorEquals: ["States.ALL"],
  Next: "Was it rolled back?",
  Assign: {
    failure: FAILURE,
    isRolledBack: expression(`$exists($states.errorOutput.Cause) and ${ROLLED_BACK}`),
    reason: expression(`($why := ${WHY}; $exists($why) ? $why : 'its roll-out was given up while it was under way')`),
  },
};
