/** Whether Step Functions accepts the definitions that our own validation accepts. */
import { stateMachineFaults } from "../templates/state-machines";
import type { DefinitionAnswer, Diagnostic } from "./aws";
import { type Check, type Reply, replied } from "./finding";

export const DEFINITION_CHECK: Check = {
  id: "definition",
  title: "Definitions of the state machines",
  asks: ["states:ValidateStateMachineDefinition"],
  questions: ({ machines }) =>
    machines.map(({ name, definition }) => {
      const faults = stateMachineFaults(definition);
      return {
        subject: name,
        here: faults.length === 0 ? "no fault" : faults.join("; "),
        ask: async ({ aws }) => replied(await aws.validate(definition), (answer) => judged(answer, faults.length === 0)),
      };
    }),
};

/** AWS asks that only its OK or FAIL be relied on: diagnostics may come to be more, and worded otherwise. They are told, not compared. */
function judged({ isAccepted, diagnostics }: DefinitionAnswer, isAcceptedHere: boolean): Reply {
  const told = diagnostics.length === 0 ? "" : `: ${diagnostics.map(sentence).join("; ")}`;
  return { verdict: isAccepted === isAcceptedHere ? "agrees" : "differs", says: `${isAccepted ? "OK" : "FAIL"}${told}` };
}

function sentence({ severity, code, message, location }: Diagnostic): string {
  return `${severity} ${code}: ${message}${location === undefined ? "" : ` (${location})`}`;
}
