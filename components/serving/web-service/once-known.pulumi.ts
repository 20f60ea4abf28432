import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";

/** Whose arguments they are: "ModelRouter", and the name that it was given. A refusal begins with both. */
export interface Asker {
  readonly component: string;
  readonly name: string;
}

/** The same text, refused when it is known and wrong. Text that is known from the start was refused before. */
export function refusedOnceKnown(
  { component, name }: Asker,
  text: pulumi.Input<string>,
  faults: (text: string) => string[],
): pulumi.Input<string> {
  if (typeof text === "string") return text;
  return pulumi.output(text).apply((known) => {
    refuseInvalidArguments(component, name, faults(known));
    return known;
  });
}

/** The same for a list, of which a part may be known earlier than the rest: a fault names its place in the whole. */
export function eachRefusedOnceKnown(
  asker: Asker,
  texts: pulumi.Input<string>[],
  faults: (texts: readonly unknown[]) => string[],
): pulumi.Input<string>[] {
  return texts.map((text, place) =>
    refusedOnceKnown(asker, text, (known) => faults(texts.map((_, other) => (other === place ? known : undefined)))),
  );
}
