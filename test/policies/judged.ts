/** Rules as they are judged, without Pulumi: examples in, sentences out. */
import { at, mapping } from "../../policies/reading";
import { type Example, type Props, type Rule, sentence, type StackSubject, withDefaults } from "../../policies/rule";

/** The SDK's own guard against unknown values; a file of its own that loads nothing else. */
const { unknownCheckingProxy, UnknownValueError } = jest.requireActual<{
  unknownCheckingProxy: (props: Props) => Props;
  UnknownValueError: new () => Error;
}>("@pulumi/policy/proxy");

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Judged {
  readonly faults: string[];
  /** Path of the value that the preview does not know, and that the rule wanted to read. */
  readonly unknown?: string;
}

export function judged(rule: Rule, examples: readonly Example[], config: Record<string, unknown> = {}): Judged {
  const subjects = subjectsOf(examples);
  const faults: string[] = [];
  const settings = withDefaults(rule, config);
  try {
    if (rule.kind === "stack") for (const fault of rule.check(subjects, settings)) faults.push(sentence(undefined, fault));
    else
      for (const subject of subjects.filter(({ type }) => rule.types.length === 0 || rule.types.includes(type)))
        for (const fault of rule.check(subject, settings)) faults.push(sentence(subject.name, fault));
    return { faults };
  } catch (error) {
    if (!(error instanceof UnknownValueError)) throw error;
    return { faults, unknown: /at \.(\S+)/.exec(error.message)?.[1] ?? error.message };
  }
}

function subjectsOf(examples: readonly Example[]): StackSubject[] {
  const made = examples.map(
    ({ type, name, props, protect = false }): StackSubject & { propertyDependencies: Record<string, StackSubject[]> } => ({
      ...{ type, name, urn: `urn:pulumi:test::test::${type}::${name}` },
      props: unknownCheckingProxy(clone(props)),
      opts: { protect },
      propertyDependencies: {},
    }),
  );
  examples.forEach(({ madeFrom = {} }, index) => {
    for (const [property, names] of Object.entries(madeFrom)) {
      const subject = made[index];
      if (subject !== undefined) subject.propertyDependencies[property] = made.filter(({ name }) => names.includes(name));
    }
  });
  return made;
}

export type Departure = (compliant: readonly Example[]) => Example[];

/** `set("storageEncrypted", false)`; a path in another resource than the first begins with its name: `logs-private/blockPublicAcls`. */
export function set(path: string, value: unknown): Departure {
  const [first, rest] = path.includes("/") ? path.split("/") : [undefined, path];
  return (compliant) =>
    compliant.map((example, index) => {
      if (first === undefined ? index > 0 : example.name !== first) return example;
      const props = clone(example.props);
      assign(props, rest ?? path, value);
      return { ...example, props };
    });
}

export function absent(path: string): Departure {
  return set(path, undefined);
}

export function unprotected(name?: string): Departure {
  return (compliant) =>
    compliant.map((example) => (name === undefined || example.name === name ? { ...example, protect: false } : example));
}

export function without(name: string): Departure {
  return (compliant) => compliant.filter((example) => example.name !== name);
}

export function and(added: Example): Departure {
  return (compliant) => [...compliant, added];
}

function assign(props: Props, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() ?? path;
  const holder = keys.length === 0 ? props : (at(props, keys.join(".")) as Props | undefined);
  if (holder === undefined) throw new Error(`the compliant example has no ${keys.join(".")}`);
  if (value === undefined) delete mapping(holder)[last];
  else holder[last] = value;
}

export type Row = readonly [title: string, departure: Departure, messages: string[], config?: Record<string, unknown>];

/** A table for one rule: the compliant example passes, and each departure is told in full. */
export function departures(rule: Rule, rows: readonly Row[]): void {
  describe(`${rule.requirements.join(", ")} ${rule.name}`, () => {
    it("finds nothing wrong with the compliant example", () => {
      expect(judged(rule, rule.compliant)).toEqual({ faults: [] });
    });
    // One at a time: for a table, Jest would take the settings that a row leaves out for a callback.
    for (const [title, departure, messages, config] of rows)
      it(`fails ${title}`, () => expect(judged(rule, departure(rule.compliant), config)).toEqual({ faults: messages }));
  });
}

/** What the preview does not know is told as unknown, and what passes is not refused. */
export function otherwise(
  rule: Rule,
  rows: readonly [title: string, departure: Departure, outcome: Judged, config?: Record<string, unknown>][],
) {
  for (const [title, departure, outcome, config] of rows)
    it(`${rule.name}: ${title}`, () => expect(judged(rule, departure(rule.compliant), config)).toEqual(outcome));
}

/** `structuredClone` makes objects of Node's own realm under Jest, which the SDK's guard takes for none. */
function clone(props: Props): Props {
  return JSON.parse(JSON.stringify(props)) as Props;
}
