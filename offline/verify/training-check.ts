/** Whether SageMaker takes what a training state asks of it: the job is started small, and stopped at once. */
import type { Json, Properties } from "../engine";
import { isMapping } from "../plan/mapping";
import { ACCOUNT, REGION } from "../rehearsal/standins/arns";
import type { DeployedStack, StateAnswer, StateTest } from "./aws";
import { type Asking, type Check, partitionOf, type Question, type Reply, shortly } from "./finding";
import { type LoopSubject, type MachineAttempt, type MachineSubject, statesOf } from "./subject";

const TRAINING = /:sagemaker:createTrainingJob/;

/** The smallest that SageMaker's own images take (SageMaker developer guide, "Instance types for built-in algorithms", read 2026-11). */
const INSTANCE = "ml.m5.large";
const SECONDS = 60;

export const TRAINING_CHECK: Check = {
  id: "training-job",
  title: "Training",
  asks: ["states:TestState", "iam:PassRole", "cloudformation:DescribeStacks", "cloudformation:ListStackResources"],
  makes: `a training job of at most ${SECONDS} seconds on one ${INSTANCE}, which it stops at once; the loop must be deployed`,
  questions: (loop) => {
    const states = loop.machines.flatMap((machine) =>
      statesOf(machine.definition)
        .filter(([, { Resource }]) => typeof Resource === "string" && TRAINING.test(Resource))
        .map(([state]) => ({ machine, state })),
    );
    if (states.length === 0)
      return [{ subject: loop.name, here: "no training in this loop", unaskable: "there is no training to ask about" }];
    return states.map(({ machine, state }) => questionOf(loop, machine, state));
  },
};

function questionOf(loop: LoopSubject, machine: MachineSubject, state: string): Question {
  const subject = `${machine.name}, ${state}`;
  const seen = loop.attempts.find((each) => each.machine === machine && each.attempt.state === state && isMapping(each.attempt.given));
  if (seen === undefined) return { subject, here: "no rehearsal came to it", unaskable: "there are no arguments to ask with" };
  return { subject, here: `asks for a job on ${instanceOf(seen)}`, ask: (asking) => asked(asking, loop, seen) };
}

function instanceOf({ attempt: { given } }: MachineAttempt): string {
  const resources = isMapping(given) ? given["ResourceConfig"] : undefined;
  return shortly(isMapping(resources) ? resources["InstanceType"] : resources);
}

async function asked({ aws, identity: { account }, region }: Asking, loop: LoopSubject, seen: MachineAttempt): Promise<Reply> {
  const deployed = await aws.deployedStack(loop.stack.name);
  if (deployed.kind === "unknown") return { verdict: "unknown", says: deployed.reason };
  if (deployed.value === undefined) return { verdict: "unknown", says: "the loop is not deployed in this account: its roles are needed" };
  const real = (value: Json): Json => asDeployed(value, deployed.value as DeployedStack, account, region);
  const role = loop.roles.find(({ machines }) => machines.includes(seen.machine.arn))?.id ?? "";
  const physical = deployed.value.physicalIds[role];
  if (physical === undefined) return { verdict: "unknown", says: `the deployed stack has no role ${role}: it is of another version` };
  const roleArn = `arn:${partitionOf(region)}:iam::${account}:role/${physical}`;
  const given = seen.attempt.given as Properties;
  const name = nameOf(given, Date.now());
  const start = await aws.testState(taskOf("createTrainingJob", real(smallest(given, name)), roleArn));
  if (start.kind === "unknown") return { verdict: "unknown", says: start.reason };
  const refused = refusalOf(start.value);
  if (refused !== undefined) return judgedRefusal(refused);
  const stop = await aws.testState(taskOf("stopTrainingJob", { TrainingJobName: name }, roleArn));
  const still = stop.kind === "unknown" ? stop.reason : refusalOf(stop.value);
  const end = still === undefined ? "stopped" : `still there, it ends by itself after ${SECONDS} seconds (${still})`;
  return { verdict: "agrees", says: `${name} was started, and is ${end}` };
}

/** Begins as the loop's own names do: its role may be allowed these only. 63 characters are the most that SageMaker takes. */
function nameOf({ TrainingJobName: planned }: Properties, now: number): string {
  return `${typeof planned === "string" ? planned.slice(0, 45) : "modelloop"}-verify-${now.toString(36)}`;
}

/** The same input, but nothing that costs: not spot, which would wait for capacity, and no larger than the smallest. */
export function smallest(given: Properties, name: string): Properties {
  const { ResourceConfig, EnableManagedSpotTraining: _spot, RetryStrategy: _retry, ...others } = given;
  const resources = isMapping(ResourceConfig ?? null) ? (ResourceConfig as Properties) : {};
  return {
    ...others,
    TrainingJobName: name,
    ResourceConfig: { ...resources, InstanceType: INSTANCE, InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: SECONDS },
  };
}

function taskOf(action: string, given: Json, roleArn: string): StateTest {
  // By the service's own API in both cases: of the optimised integration there is none that stops a job.
  const Resource = `arn:aws:states:::aws-sdk:sagemaker:${action}`;
  const definition = { Type: "Task", QueryLanguage: "JSONata", Resource, Arguments: given, End: true };
  return { definition, input: {}, variables: {}, roleArn };
}

/** Names of the rehearsal, exchanged for those of the account. What the stack does not make keeps its planned name. */
export function asDeployed(value: Json, { physicalIds }: DeployedStack, account: string, region: string): Json {
  const roles = JSON.stringify(value).replaceAll(/arn:aws:iam:[a-z0-9-]+:\d{12}:([A-Za-z0-9]+)/g, (arn, id: string) => {
    const physical = physicalIds[id];
    return physical === undefined ? arn : `arn:${partitionOf(region)}:iam::${account}:role/${physical}`;
  });
  return JSON.parse(roles.replaceAll(ACCOUNT, account).replaceAll(`:${REGION}:`, `:${region}:`)) as Json;
}

function refusalOf(answer: StateAnswer): string | undefined {
  if (answer.kind === "refused") return answer.reason;
  const { status, error, cause } = answer.tested;
  return status === "SUCCEEDED" ? undefined : `${error}: ${shortly(cause)}`;
}

/** SageMaker looks for the data last, when it has taken everything else. */
const NO_DATA = /No S3 objects found/i;

function judgedRefusal(reason: string): Reply {
  if (NO_DATA.test(reason)) return { verdict: "agrees", says: `takes the input as far as its data, which is not there: ${reason}` };
  return { verdict: "differs", says: reason };
}
