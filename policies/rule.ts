/** What a rule is: its texts, its settings, a compliant example, and a check that needs neither Pulumi's SDK nor a policy pack. */

export enum Severity {
  Critical = "critical",
  High = "high",
  Medium = "medium",
  Low = "low",
}

/** What a violation would cost. The first three are mandatory in every environment. */
export enum Harm {
  Exposure = "public exposure",
  PlainSecret = "a plain secret",
  DataLoss = "data loss",
  Practice = "good practice",
}

export type Props = Record<string, unknown>;

/** A resource as a rule sees it: plain values, secrets unwrapped. Reading a value that a preview does not know throws. */
export interface Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Props;
  readonly opts: { readonly protect: boolean };
}

/** A resource among those of its stack. */
export interface StackSubject extends Subject {
  readonly propertyDependencies: Readonly<Record<string, readonly Subject[]>>;
}

/** One departure: what was found, value included, and what mends it. */
export interface Fault {
  readonly found: string;
  readonly cure: string;
  /** Of the resource at fault. @default - the one that is judged; in a rule over the stack, the stack itself */
  readonly of?: Subject;
}

export type Faults = Iterable<Fault>;

/** A number, text, flag or list of texts that the user of a pack may set. */
export interface Setting<T extends SettingValue = SettingValue> {
  readonly default: T;
  readonly says: string;
  readonly minimum?: number;
}

export type SettingValue = number | string | boolean | string[];
export type Settings = Readonly<Record<string, Setting>>;
export type ConfigOf<S extends Settings> = { readonly [K in keyof S]: Widened<S[K]["default"]> };
type Widened<T> = T extends number ? number : T extends boolean ? boolean : T extends string ? string : T extends string[] ? string[] : T;

/** Enough of a resource to stand in a compliant example. */
export interface Example {
  readonly type: string;
  readonly name: string;
  readonly props: Props;
  readonly protect?: boolean;
  /** Property → names of the example's resources that it was made from. */
  readonly madeFrom?: Readonly<Record<string, readonly string[]>>;
}

interface Facts<S extends Settings> {
  /** `service-verb-noun`, after the file. */
  readonly name: string;
  /** What is wrong where the rule is broken. */
  readonly wrong: string;
  /** Why it matters. */
  readonly why: string;
  readonly severity: Severity;
  readonly harm: Harm;
  /** Requirements that the rule stands for. */
  readonly requirements: readonly string[];
  /** Types of Pulumi, and of CloudFormation where the offline check shows them to the rule as well. */
  readonly types: readonly string[];
  readonly settings: S;
  /** Resources that break nothing; each test departs from them by one field. */
  readonly compliant: readonly Example[];
}

interface ResourceRuleFacts<S extends Settings> extends Facts<S> {
  check(subject: Subject, config: ConfigOf<S>): Faults;
}

interface StackRuleFacts<S extends Settings> extends Facts<S> {
  /** @param all every resource of the stack, those of `types` among them */
  check(all: readonly StackSubject[], config: ConfigOf<S>): Faults;
}

export interface ResourceRule extends Facts<Settings> {
  readonly kind: "resource";
  check(subject: Subject, config: Readonly<Record<string, SettingValue>>): Faults;
}

export interface StackRule extends Facts<Settings> {
  readonly kind: "stack";
  check(all: readonly StackSubject[], config: Readonly<Record<string, SettingValue>>): Faults;
}

export type Rule = ResourceRule | StackRule;

/** A rule that needs to see one resource only. */
export function resourceRule<const S extends Settings>(facts: ResourceRuleFacts<S>): ResourceRule {
  return { ...facts, kind: "resource", check: (subject, config) => facts.check(subject, config as unknown as ConfigOf<S>) };
}

/** A rule about what stands beside what. */
export function stackRule<const S extends Settings>(facts: StackRuleFacts<S>): StackRule {
  return { ...facts, kind: "stack", check: (all, config) => facts.check(all, config as unknown as ConfigOf<S>) };
}

/** `orders: storageEncrypted is false; set storageEncrypted: true.` */
export function sentence(name: string | undefined, { found, cure, of }: Fault): string {
  const subject = of?.name ?? name;
  return `${subject === undefined ? "" : `${subject}: `}${found}; ${cure}.`;
}

/** Every setting, the user's value or its default. */
export function withDefaults(rule: Rule, given: Readonly<Record<string, unknown>>): Record<string, SettingValue> {
  return Object.fromEntries(Object.entries(rule.settings).map(([key, setting]) => [key, (given[key] ?? setting.default) as SettingValue]));
}
