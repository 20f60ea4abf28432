/** R2: from the plan to what was trained and scored. */
import { type AslMachine, type AslState, type AslValue, either, expression } from "../shared/asl";
import { ATTEMPT, attempted, attemptFolder, JOB_ARCHIVE, ofCompletedJob, within } from "./run-expressions";
import { call, FAILED, JOB_RETRIES, type MachineParts, PLAN, QUERY_SECONDS, R2_RETRIES, REGISTRY_RETRIES, verdict } from "./run-states";
import { evaluationJob, foldsJob, labellingJob, trainingJob, trainingTask } from "./training-jobs";

export function preparing(parts: MachineParts): Record<string, AslState> {
  const run = "$states.context.Execution";
  const request = `{'order': ${run}.Input, 'execution': ${run}.Id, 'startedAt': ${run}.StartTime, 'redriveCount': ${run}.RedriveCount}`;
  return {
    Prepare: call(parts, {
      ...{ arn: parts.functions.prepareRun, payload: expression(request), retry: REGISTRY_RETRIES, next: "Is it planned?" },
      assign: {
        planned: expression("$states.result.Payload.kind = 'planned'"),
        plan: expression("$states.result.Payload.kind = 'planned' ? $states.result.Payload.plan : {}"),
        reason: expression("$exists($states.result.Payload.reason) ? $states.result.Payload.reason : ''"),
      },
    }),
    "Is it planned?": either("$planned", "Collect", "Refused by the plan"),
    "Refused by the plan": verdict("rejected", "$reason", "Record end"),
  };
}

/** All three at once: none reads what another writes. */
export function collecting(parts: MachineParts): Record<string, AslState> {
  const query = (sql: string, output: string): AslState => ({
    ...{ Type: "Task", Resource: `${parts.place.partition}:states:::athena:startQueryExecution.sync` },
    Arguments: {
      ...{ QueryString: attempted(sql), WorkGroup: expression("$plan.spec.data.workGroup") },
      QueryExecutionContext: { Database: expression("$plan.spec.data.database") },
      ResultConfiguration: { OutputLocation: expression("$plan.dataset.results") },
    },
    ...{ TimeoutSeconds: within(QUERY_SECONDS), Retry: R2_RETRIES, Output: output, End: true },
  });
  const only = (name: string, state: AslState): AslMachine => ({ StartAt: name, States: { [name]: state } });
  return {
    Collect: {
      Type: "Parallel",
      Branches: [
        only("Unload training data", query("$plan.sql.train", attemptFolder("$plan.dataset.train"))),
        only("Unload holdout", query("$plan.sql.holdout", attemptFolder("$plan.dataset.holdout"))),
        only("Profile", query("$plan.sql.profile", expression("$states.result.QueryExecution.ResultConfiguration.OutputLocation"))),
      ],
      Catch: FAILED,
      Assign: {
        train: expression("$states.result[0]"),
        holdout: expression("$states.result[1]"),
        profile: expression("$states.result[2]"),
      },
      Next: "Validate data",
    },
    "Validate data": call(parts, {
      ...{ arn: parts.functions.validateData, payload: { plan: PLAN, profile: expression("$profile") }, next: "Are the data sound?" },
      assign: {
        sound: expression("$states.result.Payload.kind = 'sound'"),
        reason: expression("'the data are broken: ' & $join([$states.result.Payload.faults], '; ')"),
      },
    }),
    "Are the data sound?": either("$sound", "Are rows to be labelled?", "Refused by the data"),
    "Refused by the data": verdict("rejected", "$reason", "Record end"),
  };
}

export function training(parts: MachineParts): Record<string, AslState> {
  const { place } = parts;
  const labelled = "$plan.artifacts & 'labelled/'";
  const branch = (name: string, request: Record<string, AslValue>, output: string): AslState => ({
    ...trainingTask(place, request),
    ...{ Retry: JOB_RETRIES, Output: output, End: true },
    Comment: `${name} of the run`,
  });
  const archiveOf = (part: string, uri = JOB_ARCHIVE) => ofCompletedJob(`{'${part}': ${uri}}`);
  const nothing: AslState = { Type: "Pass", Output: {}, End: true };
  return {
    "Are rows to be labelled?": either("$exists($plan.spec.data.pseudoLabels)", "Label", "Train"),
    Label: {
      ...trainingTask(place, labellingJob(place, attemptFolder(labelled))),
      ...{ Retry: JOB_RETRIES, Catch: FAILED, Next: "Train" },
      Assign: { train: ofCompletedJob(`${labelled} & ${ATTEMPT} & '/train/'`) },
    },
    Train: {
      Type: "Parallel",
      Branches: [
        {
          StartAt: "Are there folds?",
          States: {
            "Are there folds?": either("$plan.spec.variants[role = 'champion'].kind = 'xgboost'", "Train folds", "No folds"),
            "Train folds": branch(
              "Folds",
              foldsJob(place),
              archiveOf("folds", `$replace(${JOB_ARCHIVE}, /model\\.tar\\.gz$/, 'output.tar.gz')`),
            ),
            "No folds": nothing,
          },
        },
        {
          StartAt: "Train champion",
          States: { "Train champion": branch("Champion", trainingJob(place, "champion"), archiveOf("champion")) },
        },
        {
          StartAt: "Is there a challenger?",
          States: {
            "Is there a challenger?": either("$count([$plan.spec.variants[role = 'challenger']]) > 0", "Train challenger", "No challenger"),
            "Train challenger": branch("Challenger", trainingJob(place, "challenger"), archiveOf("challenger")),
            "No challenger": nothing,
          },
        },
      ],
      ...{ Catch: FAILED, Assign: { trained: expression("$merge($states.result)") }, Next: "Evaluate" },
    },
    Evaluate: {
      ...trainingTask(place, evaluationJob(place)),
      ...{ Retry: JOB_RETRIES, Catch: FAILED, Assign: { archive: ofCompletedJob(JOB_ARCHIVE) }, Next: "Judge" },
    },
  };
}
