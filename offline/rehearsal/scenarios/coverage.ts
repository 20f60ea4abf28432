/** Which states, catches and kinds of decisions a rehearsal came by, and which there are: what no scenario visits, nobody knows to work. Pure. */
import { AUDIT_EVENTS } from "../../../lambdas/domain/ledger-audit";
import type { Happening } from "../journal";
import { nameIn } from "../standins/arns";
import type { Assembly } from "../wiring/assembly";
import type { Audited } from "./promises";

/** `retraining: Evaluate`, `retraining: Evaluate → Record failure`, `decision: retraining.start`. */
export interface Coverage {
  readonly visited: readonly string[];
  /** Of what there is. */
  readonly missed: readonly string[];
}

interface Machine {
  readonly States?: Readonly<Record<string, State>>;
}

interface State {
  readonly Catch?: readonly { readonly Next: string }[];
  readonly Branches?: readonly Machine[];
  readonly ItemProcessor?: Machine;
}

/** @param rollOutArn of the machine that rolls out, where there is one; the other is that of the runs */
export function coverageOf(
  assembly: Assembly,
  rollOutArn: string | undefined,
  happenings: readonly Happening[],
  audit: readonly Audited[],
): Coverage {
  const called = (machine: string): string => (rollOutArn !== undefined && machine === nameIn(rollOutArn) ? "roll-out" : "retraining");
  const machines = assembly.resources.filter(({ type }) => type === "AWS::StepFunctions::StateMachine");
  const all = machines.flatMap(({ names, properties }) => {
    const definition = JSON.parse(properties["DefinitionString"] as string) as Machine;
    return partsOf(definition).map((part) => `${called(nameIn(names.ref))}: ${part}`);
  });
  const seen = happenings.flatMap(({ what, about }) => {
    const state = `${called(about["machine"] as string)}: ${about["state"] as string}`;
    return what === "state.entered" ? [state] : what === "state.caught" ? [`${state} → ${about["detail"] as string}`] : [];
  });
  const decided = audit.map(({ event }) => `decision: ${event}`);
  const visited = new Set([...seen, ...decided]);
  const missed = [...all, ...AUDIT_EVENTS.map((event) => `decision: ${event}`)].filter((part) => !visited.has(part));
  return { visited: [...visited].sort(), missed: [...new Set(missed)].sort() };
}

function partsOf({ States = {} }: Machine): string[] {
  return Object.entries(States).flatMap(([name, { Catch = [], Branches = [], ItemProcessor }]) => [
    name,
    ...Catch.map(({ Next }) => `${name} → ${Next}`),
    ...[...Branches, ...(ItemProcessor === undefined ? [] : [ItemProcessor])].flatMap(partsOf),
  ]);
}

/** Of several rehearsals: what one of them came by is covered; what belongs to the machine of another loop counts where it is. */
export function together(all: readonly Coverage[]): Coverage {
  const visited = new Set(all.flatMap((each) => each.visited));
  const missed = new Set(all.flatMap((each) => each.missed).filter((part) => !visited.has(part)));
  return { visited: [...visited].sort(), missed: [...missed].sort() };
}
