/** A step of a machine that fails because the scenario says so: which machine's it is, and whether there is such a step. */
import type { Machine } from "../states/definition";
import type { StepFunctions } from "../standins/step-functions";
import { type Scenario, type ScenarioEvent, ScenarioError } from "./schema";

type Fails = Extract<ScenarioEvent, { fails: unknown }>["fails"];
type MachineWord = NonNullable<Fails["of"]>;

interface Machines {
  /** By ARN. */
  readonly definitions: ReadonlyMap<string, Machine>;
  /** Of the machine that rolls out; the other is that of the runs. */
  readonly rollOutArn: string | undefined;
}

/** @throws ScenarioError with every step that is none, before anything is played */
export function checkFailingSteps({ title, when }: Pick<Scenario, "title" | "when">, machines: Machines): void {
  const faults = when.flatMap((event, index) => {
    if (!("fails" in event)) return [];
    const found = machinesWith(event.fails, machines);
    if (found.length === 1) return [];
    const said = `  - when.${index}.fails.step is ${JSON.stringify(event.fails.step)}`;
    if (found.length > 1) return [`${said}, which both machines have: say which, with of: retraining or of: roll-out`];
    return [`${said}, and no machine has such a step that can fail; ${stepsOf(machines, event.fails.of).join("; ")}: name one of them`];
  });
  if (faults.length > 0) throw new ScenarioError(`${JSON.stringify(title)} cannot be played with this loop:\n${faults.join("\n")}`);
}

export function failStep(stepFunctions: StepFunctions, fails: Fails, rollOutArn: string | undefined): void {
  const [machine] = machinesWith(fails, { definitions: stepFunctions.definitions, rollOutArn });
  if (machine !== undefined) stepFunctions.failures.declare(machine, fails);
}

function machinesWith({ step, of }: Fails, { definitions, rollOutArn }: Machines): string[] {
  const fit = [...definitions].filter(([arn, definition]) => {
    return (of === undefined || of === wordOf(arn, rollOutArn)) && tasksOf(definition).includes(step);
  });
  return fit.map(([arn]) => arn);
}

function stepsOf({ definitions, rollOutArn }: Machines, of: MachineWord | undefined): string[] {
  const asked = [...definitions].filter(([arn]) => of === undefined || of === wordOf(arn, rollOutArn));
  return asked.map(([arn, definition]) => `those of ${wordOf(arn, rollOutArn)} are ${tasksOf(definition).join(", ")}`);
}

function wordOf(arn: string, rollOutArn: string | undefined): MachineWord {
  return arn === rollOutArn ? "roll-out" : "retraining";
}

/** A parallel state fails by what is in it. */
function tasksOf({ States }: Machine): string[] {
  return Object.entries(States).flatMap(([name, state]) => {
    if (state.Type === "Task") return [name];
    if (state.Type === "Parallel") return state.Branches.flatMap(tasksOf);
    return state.Type === "Map" ? tasksOf(state.ItemProcessor) : [];
  });
}
