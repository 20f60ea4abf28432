import ts from "typescript";

/** Rules of this house that no linter has. Each finds nodes and says what is wrong with them. */
interface Rule {
  files: RegExp;
  /** The text of the offence, or nothing. */
  offence: (node: ts.Node) => string | undefined;
  because: string;
}

const NOT_RESOURCES = ["Error", "Map", "Set", "Date", "URL", "RegExp", "Array"];

const RULES: Rule[] = [
  {
    files: /^(components|stacks)\//,
    offence: (node) => {
      if (!ts.isNewExpression(node) || !isInsideApply(node)) return undefined;
      const made = node.expression.getText();
      return NOT_RESOURCES.includes(made) || made.endsWith("Error") ? undefined : `new ${made} inside apply`;
    },
    because: "a resource made there is missing from every preview that does not know the value",
  },
  {
    files: /^components\//,
    offence: (node) => {
      if (ts.isNewExpression(node) && /(^|\.)Config$/.test(node.expression.getText())) return `new ${node.expression.getText()}`;
      if (ts.isCallExpression(node) && /(^|\.)get(Stack|Project)$/.test(node.expression.getText())) return `${node.expression.getText()}()`;
      return undefined;
    },
    because: "a component knows its arguments and nothing of the program that uses it",
  },
  {
    files: /^(components|stacks)\//,
    offence: (node) => (ts.isPropertyAccessExpression(node) && node.expression.getText() === "console" ? node.getText() : undefined),
    because: "a component speaks through pulumi.log, or not at all",
  },
  {
    files: /^(components|stacks|lambdas\/(domain|application))\//,
    offence: (node) => (ts.isPropertyAccessExpression(node) && node.getText() === "process.env" ? "process.env" : undefined),
    because: "what decides takes its settings as arguments",
  },
  {
    files: /^(components|lambdas\/domain)\//,
    offence: (node) => {
      if (ts.isCallExpression(node) && /^(Date\.now|Math\.random)$/.test(node.expression.getText()))
        return `${node.expression.getText()}()`;
      return ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments ?? []).length === 0
        ? "new Date()"
        : undefined;
    },
    because: "time and chance are arguments, or the second run decides otherwise than the first",
  },
];

export function houseRuleFaults(file: string, source: string): string[] {
  const rules = RULES.filter(({ files }) => files.test(file));
  const faults: string[] = [];
  const visit = (node: ts.Node): void => {
    for (const { offence, because } of rules) {
      const found = offence(node);
      if (found !== undefined) faults.push(`${file}#${lineOf(node)} has ${found}; ${because}`);
    }
    ts.forEachChild(node, visit);
  };
  if (rules.length > 0) visit(ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true));
  return faults;
}

function isInsideApply(node: ts.Node): boolean {
  for (let outer = node.parent as ts.Node | undefined; outer !== undefined; outer = outer.parent) {
    if (ts.isCallExpression(outer) && ts.isPropertyAccessExpression(outer.expression) && outer.expression.name.text === "apply")
      return true;
  }
  return false;
}

function lineOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}
