/**
 * The user's mistakes, as whole sentences and all at once. Anything thrown that is not one of these is a bug of ours and keeps its stack.
 *
 * A fault reads `property is value; rule: cure`. The heading names the component or the file, so that a fault never has to.
 */
abstract class Refusal extends Error {
  /** One sentence each, without a leading dash. */
  readonly faults: readonly string[];
  /** The mark by which Pulumi prints the message without a stack (its `RunError`); set by hand, because pure files do not import Pulumi. */
  readonly __pulumiRunError = true;

  protected constructor(heading: string, faults: readonly string[]) {
    super(`${heading}\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

/** A component's arguments cannot be built. Thrown before the component creates anything. */
export class InvalidArgumentsError extends Refusal {
  override readonly name = "InvalidArgumentsError";

  constructor(component: string, resourceName: string, faults: readonly string[]) {
    super(`${component} "${resourceName}" cannot be built:`, faults);
  }
}

/** A stack file or the values handed over by Pulumi cannot be used. Thrown before any resource exists. */
export class ConfigurationError extends Refusal {
  override readonly name = "ConfigurationError";

  constructor(file: string, faults: readonly string[]) {
    super(`${file} is refused:`, faults);
  }
}

/** Throws one error with all faults, or does nothing. */
export function refuseInvalidArguments(component: string, resourceName: string, faults: readonly string[]): void {
  if (faults.length > 0) throw new InvalidArgumentsError(component, resourceName, faults);
}
