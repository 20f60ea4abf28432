/** A YAML file with the places of its faults. Pure: the text is given. */
import { isMap, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml";

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
  const faults = document.errors.map(
    (error) => `line ${lines.linePos(error.pos[0]).line}: ${withoutStop(error.message)}: correct the YAML there`,
  );
  if (faults.length === 0) {
    visit(document, {
      Scalar(key, node) {
        const misread = key === "key" || node.type !== "PLAIN" ? undefined : misreading(node.value, node.source ?? "");
        if (misread !== undefined) faults.push(`line ${lineOf(node)}: ${misread}: put it in quotes`);
      },
    });
  }
  return {
    content: faults.length > 0 ? undefined : ((document.toJS() as Plain | undefined) ?? undefined),
    faults,
    lineOf: (...keys) => lineOf(findKey(document.contents, keys)),
  };
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

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

export function isMapping(value: Plain | undefined): value is { [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
