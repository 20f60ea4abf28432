/** The loop's ports as its functions use them on AWS, made of what their environment says. Making them asks nothing of the network. */
import type { LoopEnvironment, RetrainingEnvironment, SignalEnvironment } from "../runtime/loop-environment";
import { systemClock } from "../runtime/clock";
import { powertoolsLogbook } from "../runtime/telemetry";
import { dynamoDbLedger } from "./dynamodb-ledger";
import { schedulerWakeUps } from "./scheduler";
import { sqsNotifier, sqsTrafficControl } from "./sqs";
import { stepFunctionsRuns, stepFunctionsTasks } from "./step-functions";

export function loopPorts({ ENVIRONMENT, MODELS, LEDGER_TABLE, NOTICES_QUEUE_URL }: LoopEnvironment) {
  return {
    environment: ENVIRONMENT,
    models: MODELS,
    ledger: dynamoDbLedger(LEDGER_TABLE),
    notifier: sqsNotifier(NOTICES_QUEUE_URL),
    logbook: powertoolsLogbook,
    clock: systemClock,
  };
}

export function retrainingPorts(environment: RetrainingEnvironment) {
  const { WORKFLOW_ALIAS_ARN, WAKE_UP_GROUP: group, WAKE_UP_QUEUE_ARN: queueArn, WAKE_UP_ROLE_ARN: roleArn } = environment;
  const { COOL_DOWN_HOURS: coolDownHours, AUTOMATIC_STARTS_PER_WEEK: automaticStartsPerWeek, LEASE_HOURS: leaseHours } = environment;
  return {
    ...loopPorts(environment),
    limits: { coolDownHours, automaticStartsPerWeek },
    leaseHours,
    runs: stepFunctionsRuns(WORKFLOW_ALIAS_ARN),
    wakeUps: schedulerWakeUps({ group, queueArn, roleArn }),
  };
}

export function operatorPorts(environment: SignalEnvironment) {
  return { ...signalPorts(environment), tasks: stepFunctionsTasks() };
}

export function signalPorts(environment: SignalEnvironment) {
  const { TRAFFIC_QUEUE_URL } = environment;
  return { ...retrainingPorts(environment), traffic: TRAFFIC_QUEUE_URL === undefined ? undefined : sqsTrafficControl(TRAFFIC_QUEUE_URL) };
}
