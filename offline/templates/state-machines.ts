/** What Step Functions would refuse of a definition: its schema, its transitions, its JSONata and paths; and what it would run into. */
import type { Json } from "../engine";
import type * as lints from "./lints/lint";

interface Finding {
  "Error code": string;
  Message: string;
}

/** The package ships no types; this is the part that is used. */
type Validate = (definition: object) => { errors: Finding[] };

export function stateMachineFaults(definition: Json): string[] {
  // A tenth of a second that only programs with state machines have to spend.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const validate = require("asl-validator") as Validate;
  const { errors } = validate(definition as object);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { lintStateMachine } = require("./lints/lint") as typeof lints;
  return [
    ...errors.map(({ "Error code": code, Message: message }) => `${message.replace(/\.$/, "")} (${code})`),
    ...lintStateMachine(definition),
  ];
}
