/** What changed since another plan, for a terminal. Pure. */
import type { Json } from "../engine";
import { isEmptyDiff, type PropertyChange, type ResourceRef } from "../plan/diff";
import { counted } from "../report/signs";
import type { ChangedLogicalResource, Changes, TemplateDiff } from "../templates/template-diff";
import type { Palette } from "./terminal";

export function changesText({ against, diff, templates }: Changes, paint: Palette): string[] {
  const name = ({ type, name, source }: ResourceRef) =>
    `${paint.bold(name)}  ${type}${source === undefined ? "" : paint.dim(`  ${source.replace("#", ":")}`)}`;
  const lines = [
    ...diff.created.map((resource) => `  ${paint.green("+")} ${name(resource)}`),
    ...diff.deleted.map((resource) => `  ${paint.red("-")} ${name(resource)}`),
    ...diff.changed.flatMap((resource) => [`  ${paint.yellow("~")} ${name(resource)}`, ...changedProperties(resource.properties, paint)]),
    ...diff.moved.flatMap((resource) => [
      `  ${paint.yellow(">")} ${name(resource)}`,
      `      was ${resource.movedFrom ?? ""}`,
      ...changedProperties(resource.properties, paint),
    ]),
    ...(diff.outputs.length === 0
      ? []
      : [`  ${paint.yellow("~")} ${paint.bold("stack outputs")}`, ...changedProperties(diff.outputs, paint)]),
  ];
  const head = `  Since ${against}: ${isEmptyDiff(diff) ? "nothing changed" : "+ created  - deleted  ~ changed  > moved"}; ${diff.unchanged} unchanged`;
  const replaced =
    diff.changed.length > 0
      ? ["    Whether a changed resource is updated in place or replaced only its provider knows: pulumi preview tells."]
      : [];
  const secrets =
    diff.secretsNotCompared > 0 ? [`    Not compared: ${counted(diff.secretsNotCompared, "secret value")}, which no plan holds.`] : [];
  return [head, ...lines, ...[...replaced, ...secrets].map(paint.dim), ...templates.flatMap((template) => templateText(template, paint))];
}

const REPLACED: Record<ChangedLogicalResource["replaced"], string> = {
  ...{ no: "", yes: "  is replaced", perhaps: "  is perhaps replaced", unknown: "" },
};

/** What is new as a whole, or gone, is counted; its files say the rest. */
function templateText({ template, status, added, removed, changed, unchanged }: TemplateDiff, paint: Palette): string[] {
  const head = `  Template ${paint.bold(template)}: `;
  if (status !== "kept") return ["", `${head}${status}, ${counted(added.length + removed.length, "resource")}`];
  return [
    "",
    `${head}+ added  - removed  ~ changed; ${unchanged} unchanged`,
    ...added.map(({ id, type }) => `  ${paint.green("+")} ${paint.bold(id)}  ${type}`),
    ...removed.map(({ id, type }) => `  ${paint.red("-")} ${paint.bold(id)}  ${type}`),
    ...changed.flatMap(({ id, type, replaced, properties }) => [
      `  ${paint.yellow("~")} ${paint.bold(id)}  ${type}${paint.red(REPLACED[replaced])}`,
      ...changedProperties(properties, paint),
    ]),
  ];
}

function changedProperties(changes: readonly PropertyChange[], paint: Palette): string[] {
  return changes.map(({ path, before, after }) => `      ${path}: ${paint.red(shown(before))} → ${paint.green(shown(after))}`);
}

function shown(value: Json | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
