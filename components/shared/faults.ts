/** The checks that most components share. Each gives sentences of the form `property is value; rule: cure`, or none. */

export interface NumberRule {
  readonly min: number;
  readonly max: number;
  /** Why: "KMS waits 7 to 30 days". */
  readonly rule: string;
}

/** Absent is right: the component has a default. */
export function wholeNumberFaults(property: string, value: number | undefined, { min, max, rule }: NumberRule): string[] {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return [];
  return [`${property} is ${value}; ${rule}: use a whole number from ${counted(min)} to ${counted(max)}`];
}

/** TypeScript checks enums; JavaScript, other languages and values out of a file come unchecked. */
export function enumFaults(property: string, value: string | undefined, known: Record<string, string>): string[] {
  const values = Object.values(known);
  if (value === undefined || values.includes(value)) return [];
  return [`${property} is ${JSON.stringify(value)}; it must be one of ${values.join(", ")}: use one of these`];
}

/** A list that names children: the same name twice would be the same child twice. */
export function repeatFaults(property: string, values: readonly string[] | undefined): string[] {
  const repeated = (values ?? []).filter((value, index, all) => all.indexOf(value) !== index);
  return [...new Set(repeated)].map((value) => `${property} names ${value} more than once; each counts once: name it once`);
}

function counted(value: number): string {
  return value.toLocaleString("en-US");
}
