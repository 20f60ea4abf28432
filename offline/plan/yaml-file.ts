/** A YAML file with the places of its faults. Pure: the text is given. */
import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLError } from "yaml";

export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

export interface YamlFile {
  /** What the whole file says; undefined where it is empty. */
  readonly content: Plain | undefined;
  /** Sentences that begin with the line. Empty where the file can be used. */
  readonly faults: string[];
  /** Line on which the value at these keys stands. */
  lineOf(...keys: string[]): number;
}

export function parseYaml(text: string): YamlFile {
  const lines = new LineCounter();
  // `merge`: Pulumi's YAML library understands `<<`, so a file that works there must work here.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const lineOf = (node: Node | null | undefined) => lines.linePos(node?.range?.[0] ?? 0).line;
  const said = (errors: readonly YAMLError[]) => errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${sentence(error)}`);
  const faults = said(document.errors);
  if (faults.length === 0) faults.push(...misreadings(document, lineOf));
  // Mostly about a tag, of which more has been said by then.
  if (faults.length === 0) faults.push(...said(document.warnings));
  const content = faults.length > 0 ? undefined : plain(document, faults);
  return { content, faults, lineOf: (...keys) => lineOf(findKey(document.contents, keys)) };
}

const TOO_DEEP = "it is nested more deeply than can be read: write it with fewer levels";

/** The library speaks to those who call it; a person who wrote the file has no function to call. */
function sentence({ code, message }: YAMLError): string {
  if (code === "MULTIPLE_DOCS") return "a second document begins, and only the first would be read: keep one document in the file";
  if (message.startsWith("Maximum call stack size")) return TOO_DEEP;
  return `${message.replace(/\.$/, "")}: correct the YAML there`;
}

function misreadings(document: Document.Parsed, lineOf: (node: Node | null | undefined) => number): string[] {
  const faults: string[] = [];
  const fault = (node: Node | null | undefined, says: string) => faults.push(`line ${lineOf(node)}: ${says}`);
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== "1.2")
    faults.push(`line 1: %YAML ${document.directives.yaml.version} gives words such as yes another meaning: take the line out`);
  const judgeTag = (node: Node & { tag?: string | undefined }) => {
    if (node.tag === undefined || PLAIN_TAGS.has(node.tag)) return;
    fault(node, `${shownTag(node.tag)} makes a value that configuration cannot hold: take the tag out, and write the value itself`);
  };
  visit(document, {
    Alias(_, node, ancestors) {
      const target = node.resolve(document);
      if (target === undefined) fault(node, `*${node.source} names an anchor that is not set above it: set &${node.source} first`);
      else if (ancestors.includes(target))
        fault(node, `*${node.source} stands inside of what it names, which then has no end: take it out`);
    },
    Collection: (_, node) => judgeTag(node),
    Pair(_, { key, value }) {
      const says = misreadKey(key);
      if (says !== undefined) fault(isNode(key) ? key : isNode(value) ? value : undefined, says);
    },
    Scalar(key, node) {
      judgeTag(node);
      const misread =
        key === "key" || node.type !== "PLAIN" || node.tag !== undefined ? undefined : misreading(node.value, node.source ?? "");
      if (misread !== undefined) fault(node, `${misread}: put it in quotes`);
    },
  });
  return faults;
}

const TAG_PREFIX = "tag:yaml.org,2002:";
const PLAIN_TAGS = new Set(["str", "int", "float", "bool", "null", "map", "seq"].map((name) => TAG_PREFIX + name));

function shownTag(tag: string): string {
  return tag.startsWith(TAG_PREFIX) ? `!!${tag.slice(TAG_PREFIX.length)}` : tag;
}

/** A key is text. What is none becomes one only by a guess, and Pulumi guesses otherwise. */
function misreadKey(key: unknown): string | undefined {
  if (!isScalar(key)) return "a key is a list, a mapping or an alias: write it as text";
  const { value, source = "" } = key;
  if (value === null) return "a value has no key: write one before the colon, or put null in quotes";
  const isOther = (typeof value === "number" || typeof value === "boolean") && String(value) !== source;
  return isOther ? `the key ${source} is read as ${String(value)}: put it in quotes` : undefined;
}

function plain(document: Document.Parsed, faults: string[]): Plain | undefined {
  try {
    return (document.toJS() as Plain | undefined) ?? undefined;
  } catch (error) {
    const { name, message } = error as Error;
    // Aliases of aliases of aliases grow to more than any memory holds; the library stops there.
    if (message.startsWith("Excessive alias count"))
      faults.push("its aliases stand for far more than is written: write out what they name");
    else faults.push(name === "RangeError" ? TOO_DEEP : `${message.replace(/\.$/, "")}: correct the YAML`);
    return undefined;
  }
}

/** Values that YAML, or Pulumi's reader of it, silently turns into something else than what a person sees. */
function misreading(value: unknown, source: string): string | undefined {
  if (/^[-+]?0\d+$/.test(source)) return `${source} is a number to YAML, which drops the leading zero`;
  if (/^\d{4}-\d\d?-\d\d?([Tt ].*)?$/.test(source)) return `${source} is a point in time to Pulumi, which hands it over in another form`;
  if (typeof value !== "number") return undefined;
  if (!Number.isFinite(value)) return `${source} is no number that JSON can carry`;
  if (/^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value)) return `${source} is beyond what a number carries exactly`;
  return undefined;
}

function findKey(node: unknown, keys: readonly string[]): Node | undefined {
  const [first, ...rest] = keys;
  if (first === undefined || !isMap(node)) return isMap(node) ? node : undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === first);
  if (pair === undefined) return undefined;
  return rest.length === 0 ? (pair.key as Node) : findKey(pair.value, rest);
}

export function isMapping(value: Plain | undefined): value is { [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
