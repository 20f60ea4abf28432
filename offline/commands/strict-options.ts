/** Options of a small command: nothing unknown, nothing left out in silence. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./usage";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Every command has these. */
export const COMMON_OPTIONS = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;

/** @throws UsageError that names what there is. */
export function strictOptions<const T extends Options>(command: string, argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    const [first = ""] = (error as Error).message.split(/[.\n]/);
    // "-0.02" looks like an option to whoever splits the line.
    const negative = first.includes("ambiguous") ? " (write a negative number as --option=-0.02)" : "";
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${first}${negative}; ${command} has ${known.join(", ")}`);
  }
}

/**
 * For a command whose options are few: one that it has not is told by the names of those that it has. What an option lacks is the command's to say.
 * @throws UsageError
 */
export function knownOptions<const T extends Options>(command: string, argv: readonly string[], options: T) {
  const parsed = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const wrong = parsed.tokens.find((token) => token.kind === "option" && !Object.hasOwn(options, token.name));
  if (wrong?.kind === "option") {
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${wrong.rawName} is no option of modelloop ${command}; it has ${known.join(", ")}`);
  }
  return parsed;
}

export function numberOption(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new UsageError(`${option} is ${JSON.stringify(text)}, which is no number: write ${option} 0.05`);
}

export function wholeOption(option: string, text: string | undefined, least: number, most: number): number | undefined {
  const value = numberOption(option, text);
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return value;
  throw new UsageError(`${option} is ${value}; it must be a whole number from ${least} to ${most}: write ${option} ${least}`);
}

export function noMore(command: string, positionals: readonly string[]): void {
  const [surplus] = positionals;
  if (surplus !== undefined) throw new UsageError(`${surplus} is too much; ${command} takes options only`);
}
