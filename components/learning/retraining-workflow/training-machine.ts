/**
 * R2: one retraining, whole, as a machine of Step Functions.
 *
 * ```
 * renew lease → record start → prepare → collect (training data, holdout, profile) → validate → (label) → train (folds, champion, challenger)
 *   → evaluate → judge → register → (keep lease → ask people → renew lease) → package → (roll out) → close → record end
 * ```
 *
 * Every step that fails leads to `Record failure`, by way of the registry where a candidate is left there; every refusal to an end that is told
 * as one: `rejected` answers what the run was started for, because the same data would be refused again. Traffic is touched by the roll-out's own
 * machine alone.
 */
import { RUN_RECORD } from "../run-ledger/run-ledger";
import { type AslMachine, type AslState, type AslValue, either, expression } from "../shared/asl";
import { CONDITIONS, EXPRESSIONS, TIMEOUTS, UPDATES } from "./retraining-workflow";
import { releasing } from "./releasing-states";
import { PATIENCE_WITH_PEOPLE } from "./run-expressions";
import {
  BEFORE_ANYBODY_IS_ASKED,
  BRIEFLY,
  call,
  FAILED,
  FAILED_IN_CLOSING,
  FUNCTION_SECONDS,
  type MachineParts,
  PLAN,
  REGISTRY_RETRIES,
  verdict,
} from "./run-states";
import { collecting, preparing, training } from "./training-states";

/**
 * The budget of R7, the longest that people may take (14 days, and they may be asked twice), and the longest roll-out that a spec can ask for
 * without being told so: stages of two weeks, pauses of two, late labels of one, with room. Each step has a limit of its own; this one is for what
 * nobody thought of.
 */
export const LONGEST_TRAINED_RUN_DAYS = 75;

export function trainingMachine(parts: MachineParts): AslMachine {
  const { functions } = parts;
  const states: Record<string, AslState> = {
    ...leaseStates(parts),
    "Record start": recordStart(parts),
    ...preparing(parts),
    ...collecting(parts),
    ...training(parts),
    ...judging(parts),
    ...(functions.lease === undefined ? {} : waitingLeases(parts)),
    ...deciding(parts),
    ...releasing(parts),
    ...ending(parts),
  };
  return {
    ...{ QueryLanguage: "JSONata", Comment: "Retrains one model", TimeoutSeconds: LONGEST_TRAINED_RUN_DAYS * 86_400 },
    StartAt: functions.lease === undefined ? "Record start" : "Renew lease",
    States: states,
  };
}

function leaseStates(parts: MachineParts): Record<string, AslState> {
  const { lease } = parts.functions;
  if (lease === undefined) return {};
  return {
    // No catch: a run that cannot ask does not begin, and what it was to answer is pending again.
    "Renew lease": call(parts, {
      ...{ arn: lease, payload: EXPRESSIONS.leaseRequest, assign: { mayGoOn: EXPRESSIONS.leaseRenewed } },
      ...{ next: "May the run go on?", limit: TIMEOUTS.lease, retry: BRIEFLY, caught: [] },
    }),
    "May the run go on?": either("$mayGoOn", "Record start", "Overtaken"),
    Overtaken: { Type: "Fail", Error: "LeaseLost", Cause: "The lock is another run's by now; this one has touched nothing." },
  };
}

function recordKey(): AslValue {
  return { [RUN_RECORD.partitionKey]: { S: EXPRESSIONS.recordKey }, [RUN_RECORD.sortKey]: { S: RUN_RECORD.sort } };
}

/** No catch: a run whose beginning cannot be written down does not begin. */
function recordStart({ place, ledgerTable }: MachineParts): AslState {
  return {
    ...{ Type: "Task", Resource: `${place.partition}:states:::dynamodb:updateItem`, TimeoutSeconds: TIMEOUTS.record, Retry: BRIEFLY },
    Arguments: {
      ...{ TableName: ledgerTable, Key: recordKey(), UpdateExpression: UPDATES.begun, ConditionExpression: CONDITIONS.begun },
      ExpressionAttributeNames: { "#execution": "execution" },
      ExpressionAttributeValues: {
        ...{ ":one": { N: "1" }, ":model": { S: EXPRESSIONS.model }, ":execution": { S: EXPRESSIONS.execution } },
        ":at": { S: EXPRESSIONS.startedAt },
      },
    },
    // Whatever an expression reads is assigned on every way that leads to it.
    Assign: { waited: 0, plan: {}, approval: {}, withoutLabels: {}, registered: {}, reason: "not known" },
    Next: "Prepare",
  };
}

function recordEnd({ place, ledgerTable }: MachineParts, outcome: string, next: string): AslState {
  return {
    ...{ Type: "Task", Resource: `${place.partition}:states:::dynamodb:updateItem`, TimeoutSeconds: TIMEOUTS.record, Retry: BRIEFLY },
    Arguments: {
      ...{ TableName: ledgerTable, Key: recordKey(), UpdateExpression: UPDATES.ended, ConditionExpression: CONDITIONS.ended },
      ExpressionAttributeValues: { ":outcome": { S: outcome }, ":at": { S: EXPRESSIONS.endedAt } },
    },
    Next: next,
  };
}

function judging(parts: MachineParts): Record<string, AslState> {
  const { judgeRun, registry, lease } = parts.functions;
  const archive = expression("$archive");
  return {
    Judge: call(parts, {
      ...{ arn: judgeRun, payload: { plan: PLAN, archive }, next: "Did it pass?" },
      assign: { judgement: expression("$states.result.Payload"), reason: expression("$states.result.Payload.reason") },
    }),
    "Did it pass?": either("$judgement.kind = 'passed'", "Register", "Refused by the gates"),
    "Refused by the gates": verdict("rejected", "$reason", "Record end"),
    Register: call(parts, {
      ...{ arn: registry, retry: REGISTRY_RETRIES, next: "Does a person decide?" },
      payload: { do: "register-candidate", plan: PLAN, archive, judgement: expression("$judgement"), startedAt: EXPRESSIONS.startedAt },
      assign: { registered: expression("$states.result.Payload") },
    }),
    "Does a person decide?": either("$count([$judgement.needsApproval]) > 0", lease === undefined ? "Ask people" : "Keep lease", "Package"),
  };
}

/** The wait for people is longer than a lease: it is kept over the wait, and asked for again after it. */
function waitingLeases(parts: MachineParts): Record<string, AslState> {
  const { lease = "" } = parts.functions;
  const request = (more: string) => expression(`{'run': $plan.run, 'model': $plan.spec.model${more}}`);
  const asked = (payload: string, next: string): AslState =>
    call(parts, { arn: lease, payload, assign: { mayGoOn: EXPRESSIONS.leaseRenewed }, next, limit: TIMEOUTS.lease, retry: BRIEFLY });
  return {
    "Keep lease": asked(request(", 'waitHours': $plan.spec.governance.timeoutHours"), "May people be asked?"),
    "May people be asked?": either("$mayGoOn", "Ask people", "Overtaken later"),
    "Renew lease after the answer": asked(request(""), "May the run still go on?"),
    "May the run still go on?": either("$mayGoOn", "Was it approved?", "Overtaken later"),
    "Overtaken later": {
      Type: "Pass",
      Assign: { failure: "LeaseLost: the lock is another run's by now; traffic was not touched" },
      Next: "Is a candidate left?",
    },
  };
}

function deciding(parts: MachineParts): Record<string, AslState> {
  const { askApproval, lease } = parts.functions;
  const answered = lease === undefined ? "Was it approved?" : "Renew lease after the answer";
  const entered = "$toMillis($states.context.State.EnteredTime)";
  const waited = expression(`$waited + $millis() - ${entered}`);
  return {
    "Ask people": {
      ...{ Type: "Task", Resource: `${parts.place.partition}:states:::lambda:invoke.waitForTaskToken` },
      Arguments: {
        FunctionName: askApproval,
        Payload: {
          plan: PLAN,
          judgement: expression("$judgement"),
          registered: expression("$registered"),
          token: expression("$states.context.Task.Token"),
        },
      },
      ...{ TimeoutSeconds: PATIENCE_WITH_PEOPLE, Retry: BEFORE_ANYBODY_IS_ASKED },
      Catch: [
        {
          ErrorEquals: ["States.Timeout"],
          Next: answered,
          Assign: {
            waited,
            approval: {
              ...{ kind: "refused", by: [] },
              reason: expression("'nobody answered within ' & $string($plan.spec.governance.timeoutHours) & ' hours, which is a refusal'"),
            },
          },
        },
        ...FAILED,
      ],
      ...{ Assign: { waited, approval: expression("$states.result") }, Next: answered },
    },
    "Was it approved?": either("$approval.kind = 'approved'", "Package", "Refused by people"),
    "Refused by people": verdict("rejected", "$approval.reason", "Close"),
  };
}

function closeAs(outcome: string, reason: string): string {
  return `$merge([{'do': 'close', 'plan': $plan, 'registered': $registered, 'outcome': ${outcome}, 'reason': ${reason}}, $exists($approval.kind) ? {'approval': $approval} : {}, $exists($withoutLabels.kind) ? {'withoutLabels': $withoutLabels} : {}])`;
}

function ending(parts: MachineParts): Record<string, AslState> {
  return {
    // Traffic is where it is to be by now: what the registry does not take is told, and the run's end stands.
    Close: call(parts, {
      ...{
        arn: parts.functions.registry,
        payload: expression(closeAs("$outcome", "$reason")),
        assign: {},
        next: "Record end",
        limit: FUNCTION_SECONDS,
        retry: REGISTRY_RETRIES,
        caught: FAILED_IN_CLOSING,
      },
    }),
    "Is a candidate left?": either("$exists($registered.version)", "Close as failed", "Record failure"),
    // So that no candidate stays open that nobody goes on with. Tried briefly: the run's own failure is what is told, whatever the registry says.
    "Close as failed": call(parts, {
      ...{ arn: parts.functions.registry, payload: expression(closeAs("'rejected'", "'its run failed: ' & $failure")), assign: {} },
      ...{
        next: "Record failure",
        limit: FUNCTION_SECONDS,
        retry: BRIEFLY,
        caught: [{ ErrorEquals: ["States.ALL"], Next: "Record failure" }],
      },
    }),
    "Record end": recordEnd(parts, EXPRESSIONS.outcome, "Reported"),
    Reported: { Type: "Succeed", Output: { outcome: EXPRESSIONS.outcome, reason: expression("$reason") } },
    "Record failure": recordEnd(parts, "failed", "Failed"),
    Failed: { Type: "Fail", Error: "RetrainingFailed", Cause: expression("$failure") },
  };
}
