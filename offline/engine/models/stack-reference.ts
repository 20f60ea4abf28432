/** The outputs of another stack. Only that stack's state knows them, so they are given, or the program cannot be planned offline. */
import type { Json, Properties, RecordedResource } from "../recording";
import type { RunSettings } from "../settings";
import type { ModelContext } from "./model";

export const STACK_REFERENCE = "pulumi:pulumi:StackReference";

/** @throws Error where no outputs are given for the stack. */
export function stackReferenceOutputs(
  reference: Pick<RecordedResource, "name" | "inputs">,
  id: string,
  answers: RunSettings["answers"],
  context: ModelContext,
): Properties {
  const given = reference.inputs["name"];
  const name = typeof given === "string" ? given : id;
  const outputs: Json | undefined = answers[STACK_REFERENCE]?.({ name }, context)[name];
  if (outputs === undefined || outputs === null) {
    throw new Error(
      `the program reads the outputs of the stack ${name}, which only its state knows: give them as an answer for ${STACK_REFERENCE}, under the stack's name (--answers FILE)`,
    );
  }
  return { name, outputs, secretOutputNames: [] };
}
