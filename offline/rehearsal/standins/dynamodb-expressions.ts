/**
 * DynamoDB's expressions, as far as the ledger writes them. What is not known here is refused, never taken for true: a stand-in that is
 * milder than the service hides faults.
 */
import { compare, equal, invalid, type AttributeValue, type Item } from "./dynamodb-values";

export interface Names {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

type Test = (item: Item | undefined) => boolean;
type Operand = (item: Item | undefined) => AttributeValue | undefined;

const COMPARATORS: Record<string, (order: number) => boolean> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** The expressions of one request, which share names and values; each of those must be used. */
export class Expressions {
  private readonly unused: Set<string>;

  constructor(private readonly names: Names) {
    this.unused = new Set([...Object.keys(names.ExpressionAttributeNames ?? {}), ...Object.keys(names.ExpressionAttributeValues ?? {})]);
  }

  condition(text: string | undefined): Test {
    if (text === undefined) return () => true;
    const parser = new Parser(text, this);
    return parser.whole(parser.either());
  }

  /** What the item becomes. */
  update(text: string): (item: Item) => Item {
    const parser = new Parser(text, this);
    return parser.whole(parser.clauses());
  }

  name(token: string): string {
    this.unused.delete(token);
    if (!token.startsWith("#")) return token;
    const name = this.names.ExpressionAttributeNames?.[token];
    if (name === undefined) throw invalid(`An expression attribute name used in the document path is not defined: ${token}`);
    return name;
  }

  value(token: string): AttributeValue {
    this.unused.delete(token);
    const value = this.names.ExpressionAttributeValues?.[token];
    if (value === undefined) throw invalid(`An expression attribute value used in expression is not defined: ${token}`);
    return value;
  }

  /** To be called when all expressions have been read. */
  refuseUnused(): void {
    if (this.unused.size > 0) throw invalid(`Value unused in expressions: keys: {${[...this.unused].join(", ")}}`);
  }
}

class Parser {
  private readonly tokens: string[];
  private next = 0;

  constructor(
    private readonly text: string,
    private readonly expressions: Expressions,
  ) {
    this.tokens = text.match(/<>|<=|>=|[(),=<>]|[#:]?[A-Za-z_][\w#.-]*/g) ?? [];
    if (this.tokens.join("") !== text.replace(/\s+/g, "")) throw this.unknown();
  }

  whole<T>(parsed: T): T {
    if (this.next < this.tokens.length) throw this.unknown();
    return parsed;
  }

  either(): Test {
    const tests = [this.both()];
    while (this.take("OR")) tests.push(this.both());
    return (item) => tests.some((test) => test(item));
  }

  clauses(): (item: Item) => Item {
    const steps: ((before: Item, after: Item) => void)[] = [];
    while (this.next < this.tokens.length) {
      if (this.take("SET")) this.list(() => steps.push(this.assignment()));
      else if (this.take("REMOVE")) this.list(() => steps.push(this.removal()));
      else throw this.unknown();
    }
    return (before) => {
      const after = { ...before };
      for (const step of steps) step(before, after);
      return after;
    };
  }

  private both(): Test {
    const tests = [this.single()];
    while (this.take("AND")) tests.push(this.single());
    return (item) => tests.every((test) => test(item));
  }

  private single(): Test {
    if (this.take("NOT")) {
      const test = this.single();
      return (item) => !test(item);
    }
    if (this.take("(")) {
      const test = this.either();
      this.expect(")");
      return test;
    }
    for (const [name, exists] of [
      ["attribute_exists", true],
      ["attribute_not_exists", false],
    ] as const) {
      if (!this.take(name)) continue;
      this.expect("(");
      const operand = this.operand();
      this.expect(")");
      return (item) => (operand(item) !== undefined) === exists;
    }
    return this.comparison();
  }

  private comparison(): Test {
    const left = this.operand();
    if (this.take("BETWEEN")) {
      const low = this.operand();
      this.expect("AND");
      const high = this.operand();
      return (item) => holds(left(item), ">=", low(item)) && holds(left(item), "<=", high(item));
    }
    const comparator = this.token();
    const right = this.operand();
    if (comparator === "=") return (item) => equal(left(item), right(item));
    if (comparator === "<>") return (item) => !equal(left(item), right(item));
    if (!(comparator in COMPARATORS)) throw this.unknown();
    return (item) => holds(left(item), comparator, right(item));
  }

  private operand(): Operand {
    if (this.take("if_not_exists")) {
      this.expect("(");
      const first = this.operand();
      this.expect(",");
      const otherwise = this.operand();
      this.expect(")");
      return (item) => first(item) ?? otherwise(item);
    }
    const token = this.token();
    if (token.startsWith(":")) {
      const value = this.expressions.value(token);
      return () => value;
    }
    const path = token.split(".").map((part) => this.expressions.name(part));
    return (item) => path.reduce<AttributeValue | undefined>((value, name) => value?.M?.[name], item === undefined ? item : { M: item });
  }

  private assignment(): (before: Item, after: Item) => void {
    const name = this.attribute();
    this.expect("=");
    const operand = this.operand();
    return (before, after) => {
      const value = operand(before);
      if (value === undefined) throw invalid("The provided expression refers to an attribute that does not exist in the item");
      after[name] = value;
    };
  }

  private removal(): (before: Item, after: Item) => void {
    const name = this.attribute();
    return (_, after) => delete after[name];
  }

  private attribute(): string {
    const token = this.token();
    if (token.includes(".") || token.startsWith(":")) throw this.unknown();
    return this.expressions.name(token);
  }

  private list(each: () => void): void {
    do each();
    while (this.take(","));
  }

  private take(token: string): boolean {
    if (this.tokens[this.next] !== token) return false;
    this.next++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw this.unknown();
  }

  private token(): string {
    const token = this.tokens[this.next++];
    if (token === undefined) throw this.unknown();
    return token;
  }

  private unknown(): Error {
    return invalid(`Invalid expression, or one that the stand-in for DynamoDB does not know: ${this.text}`);
  }
}

function holds(left: AttributeValue | undefined, comparator: string, right: AttributeValue | undefined): boolean {
  const order = left === undefined || right === undefined ? undefined : compare(left, right);
  return order !== undefined && COMPARATORS[comparator]?.(order) === true;
}
