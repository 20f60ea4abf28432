/** What Step Functions would refuse of a definition: its schema, its transitions, its JSONata and paths. */
import type { Json } from "../engine";

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
  return errors.map(({ "Error code": code, Message: message }) => `${message.replace(/\.$/, "")} (${code})`);
}
