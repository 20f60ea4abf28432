/** What stands in a JSONata expression: which variables it reads, what it calls, and where it may come to nothing. Pure. */
import jsonata from "jsonata";
import type { Json } from "../../engine";

/** A node of jsonata's tree, as far as it is looked at. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly [field: string]: unknown;
}

export interface ReadExpression {
  readonly text: string;
  /** Variables of the workflow that must have a value: not `$states`, not what the expression binds itself, not what `$exists` asks about. */
  readonly variables: readonly string[];
  readonly calls: readonly string[];
  /** Parts that are undefined where there is nothing, as they are written. */
  readonly empties: readonly string[];
}

const EXPRESSION = /^\{%([\s\S]*)%\}$/;

/** JSONata 2.0.6 and what Step Functions adds (AWS, "Transforming data with JSONata", read 2026-11); without `$eval`. */
export const KNOWN_FUNCTIONS = new Set([
  ..."sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains".split(
    " ",
  ),
  ..."replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean".split(
    " ",
  ),
  ..."not map zip filter single reduce foldLeft sift keys lookup append exists spread merge reverse each error assert type sort".split(" "),
  ..."shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl".split(" "),
  ..."fromMillis toMillis now millis clone partition range hash uuid parse".split(" "),
]);

/** Every expression in a template, wherever it stands. What does not parse is the validator's to refuse. */
export function expressionsIn(template: Json | undefined): ReadExpression[] {
  if (typeof template === "string") {
    const text = EXPRESSION.exec(template)?.[1]?.trim();
    const tree = text === undefined ? undefined : parsed(text);
    return text === undefined || tree === undefined ? [] : [read(text, tree)];
  }
  if (typeof template !== "object" || template === null) return [];
  return Object.values(template).flatMap((value) => expressionsIn(value));
}

function parsed(text: string): Node | undefined {
  try {
    return jsonata(text).ast() as unknown as Node;
  } catch {
    return undefined;
  }
}

function read(text: string, tree: Node): ReadExpression {
  const nodes = [...all(tree)];
  const called = nodes.filter(({ type }) => type === "function" || type === "partial");
  const calls = called.flatMap(({ procedure }) => nameOf(procedure));
  const bound = new Set(nodes.flatMap(bindings));
  const asked = new Set(
    called.filter((node) => nameOf(node["procedure"])[0] === "exists").flatMap((node) => [...all(node)].flatMap(nameOf)),
  );
  const variables = nodes.flatMap(nameOf).filter((name) => name !== "" && name !== "states" && name !== "$");
  const own = variables.filter((name) => !bound.has(name) && !asked.has(name) && !(calls.includes(name) || KNOWN_FUNCTIONS.has(name)));
  const isGuarded = calls.includes("exists") || calls.includes("count");
  return {
    text,
    variables: [...new Set(own)],
    calls: [...new Set(calls.filter((name) => !bound.has(name)))],
    empties: isGuarded ? [] : [...emptyCalls(called), ...emptyResult(tree)],
  };
}

/** `$max`, `$min` and `$average` of nothing are nothing, in an array or not; `$sum` is where nothing was found at all. */
function emptyCalls(called: readonly Node[]): string[] {
  return called.flatMap((node) => {
    const [name = ""] = nameOf(node["procedure"]);
    const [given] = (node["arguments"] ?? []) as Node[];
    if (given === undefined) return [];
    if (name === "sum") return given.type === "path" ? ["$sum of a path"] : [];
    if (!["max", "min", "average"].includes(name)) return [];
    const items = given.type === "unary" && given.value === "[" ? (given["expressions"] as Node[]) : [given];
    return items.every(({ type }) => type === "path") ? [`$${name} of what may be empty`] : [];
  });
}

/** A filter that nothing passes, as the whole result or as a branch of it. */
function emptyResult(node: Node): string[] {
  if (node.type === "condition") return [node["then"], node["else"]].flatMap((part) => (isNode(part) ? emptyResult(part) : ["no else"]));
  if (node.type === "block") return ((node["expressions"] ?? []) as Node[]).slice(-1).flatMap(emptyResult);
  if (node.type !== "path") return [];
  const steps = (node["steps"] ?? []) as Node[];
  const filters = steps.flatMap((step) => [...((step["stages"] ?? []) as Node[]), ...((step["predicate"] ?? []) as Node[])]);
  return filters.some(({ type, expr }) => type === "filter" && isNode(expr) && expr.type !== "number") &&
    node["keepSingletonArray"] !== true
    ? ["a filter that nothing may pass"]
    : [];
}

function* all(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const part of Array.isArray(value) ? (value as unknown[]).flat() : [value]) if (isNode(part)) yield* all(part);
  }
}

function bindings(node: Node): string[] {
  if (node.type === "bind") return nameOf(node["lhs"]);
  const loose = [node["focus"], node["index"]].filter((name): name is string => typeof name === "string");
  return node.type === "lambda" ? [...loose, ...(node["arguments"] as Node[]).flatMap(nameOf)] : loose;
}

function nameOf(node: unknown): string[] {
  return isNode(node) && node.type === "variable" && typeof node.value === "string" ? [node.value] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
