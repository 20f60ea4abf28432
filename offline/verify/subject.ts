/** What of a planned loop AWS is asked about: its machines, its roles, its template, and what a rehearsal saw of them. */
import type { Json, Properties, RecordedResource } from "../engine";
import { isMapping } from "../plan/mapping";
import { cast } from "../rehearsal/environment/cast";
import { type RecordedLoop, recordedLoops } from "../rehearsal/environment/recorded-loop";
import { readScenario, scenarioFiles } from "../rehearsal/scenarios/files";
import { rehearse } from "../rehearsal/scenarios/rehearse";
import { nameIn } from "../rehearsal/standins/arns";
import type { Attempt } from "../rehearsal/states/attempt";
import type { Declared } from "../rehearsal/wiring/assembly";
import { readable } from "../rehearsal/wiring/wire";
import type { World } from "../rehearsal/world";
import { type RoleSubject, rolesOf } from "./roles";
import { callsOf, type SeenCall } from "./seen-calls";
import { type StackSubject, stackOf } from "./stack";
import { declaredCalls, type RoleCalls } from "./declared-calls";
import { callsOfLentRole, callsOfTask } from "./task-calls";

export interface MachineSubject {
  readonly name: string;
  readonly arn: string;
  /** With plausible names in it. */
  readonly definition: Properties;
}

export interface MachineAttempt {
  readonly machine: MachineSubject;
  readonly attempt: Attempt;
}

export interface LoopSubject {
  readonly name: string;
  readonly machines: readonly MachineSubject[];
  /** The first of its kind: by state, and by what it came to. */
  readonly attempts: readonly MachineAttempt[];
  readonly roles: readonly RoleSubject[];
  readonly stack: StackSubject;
}

export interface SeenLoop {
  readonly attempts: readonly { readonly machine: string; readonly attempt: Attempt }[];
  /** By the readable name of the function. */
  readonly calls: ReadonlyMap<string, readonly SeenCall[]>;
}

/** @param files scenarios: what none of them comes to is not asked about */
export async function loopSubjects(
  resources: readonly RecordedResource[],
  files: readonly string[] = scenarioFiles(),
): Promise<LoopSubject[]> {
  const subjects: LoopSubject[] = [];
  for (const loop of recordedLoops(resources)) subjects.push(subjectOf(loop, await seenOf(loop, files), stackOf(loop.name, resources)));
  return subjects;
}

async function seenOf(loop: RecordedLoop, files: readonly string[]): Promise<SeenLoop> {
  const { observe, seen } = watching();
  for (const file of files) {
    const casting = cast(readScenario(file), loop);
    if (casting.kind === "cast") await rehearse(casting.scenario, { loop, observe });
  }
  return seen();
}

export interface Watching {
  /** To be given to each rehearsal. */
  readonly observe: (world: World) => void;
  /** All that was seen until now. */
  readonly seen: () => SeenLoop;
}

export function watching(): Watching {
  const attempts = new Map<string, SeenLoop["attempts"][number]>();
  const calls = new Map<string, SeenCall[]>();
  return {
    observe: (world) => {
      world.stepFunctions.observer = (machine, attempt) => {
        const { state, end } = attempt;
        const key = JSON.stringify([machine, state, end.kind, end.next, end.error]);
        if (!attempts.has(key)) attempts.set(key, { machine, attempt });
      };
      world.outside.observer = (request, { name }) => calls.set(name, [...(calls.get(name) ?? []), ...callsOf(request)]);
    },
    seen: () => ({ attempts: [...attempts.values()], calls }),
  };
}

export function subjectOf({ name, assembly }: Pick<RecordedLoop, "name" | "assembly">, seen: SeenLoop, stack: StackSubject): LoopSubject {
  const { resources } = assembly;
  const declared = resources.filter(({ type }) => type === "AWS::StepFunctions::StateMachine");
  const machines = declared.map(machineOf);
  const attempts = seen.attempts.flatMap(({ machine, attempt }) => {
    const found = machines.find(({ arn }) => arn === machine);
    return found === undefined ? [] : [{ machine: found, attempt }];
  });
  const byRole = new Map<string, SeenCall[]>();
  const add = (role: Json | undefined, calls: readonly SeenCall[]): void => {
    if (typeof role === "string") byRole.set(role, [...(byRole.get(role) ?? []), ...calls]);
  };
  for (const { id, type, properties } of resources)
    if (type === "AWS::Lambda::Function") add(properties["Role"], seen.calls.get(readable(id)) ?? []);
  for (const { names, properties } of declared) {
    const own = attempts.filter(({ machine }) => machine.arn === names.ref);
    add(properties["RoleArn"], own.flatMap(taskCalls));
  }
  for (const { role, calls } of [...declaredCalls(resources), ...attempts.flatMap(lentCalls)]) add(role, calls);
  return { name, machines, attempts, roles: rolesOf(resources, byRole), stack };
}

function machineOf({ names, properties }: Declared): MachineSubject {
  const definition = JSON.parse(properties["DefinitionString"] as string) as Properties;
  return { name: nameIn(names.ref), arn: names.ref, definition };
}

function taskCalls({ machine, attempt }: MachineAttempt): SeenCall[] {
  const resource = stateNamed(machine.definition, attempt.state)?.["Resource"];
  return typeof resource === "string" && attempt.given !== undefined ? callsOfTask(resource, attempt.given) : [];
}

function lentCalls({ machine, attempt }: MachineAttempt): RoleCalls[] {
  const resource = stateNamed(machine.definition, attempt.state)?.["Resource"];
  return typeof resource === "string" && attempt.given !== undefined ? callsOfLentRole(resource, attempt.given) : [];
}

/** Wherever it stands: in a machine a state's name is used once. */
export function stateNamed(machine: Json | undefined, name: string): Properties | undefined {
  return statesOf(machine).find(([each]) => each === name)?.[1];
}

/** Those of branches and iterations among them. */
export function statesOf(machine: Json | undefined): [string, Properties][] {
  if (!isMapping(machine) || !isMapping(machine["States"])) return [];
  return Object.entries(machine["States"]).flatMap(([name, state]): [string, Properties][] => {
    if (!isMapping(state)) return [];
    const branches = Array.isArray(state["Branches"]) ? state["Branches"] : [];
    return [[name, state], ...[...branches, state["ItemProcessor"]].flatMap(statesOf)];
  });
}
