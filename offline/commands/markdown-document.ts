/** What a reviewer reads under a pull request: what would change, what it costs, what is refused. Pure. */
import { usd } from "../cost/cost-text";
import { isEmptyDiff, type PropertyChange, type ResourceRef } from "../plan/diff";
import { counted } from "../report/signs";
import type { TemplateDiff } from "../templates/template-diff";
import type { EnvironmentOutcome } from "./environment";

/** GitHub cuts a comment at 65,536 characters; what is cut here says so. */
const LONGEST = 60_000;

export function markdownDocument(results: readonly EnvironmentOutcome[]): string {
  const text = [table(results), ...results.flatMap(details)].join("\n");
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}\n\n… cut here; the whole lies in the artifact \`out/\`.\n`;
}

function table(results: readonly EnvironmentOutcome[]): string {
  const rows = results.map(({ environment, ok, layers, cost, changes, steps }) => {
    const resources = layers.reduce((sum, layer) => sum + layer.resources, 0);
    const money = cost === undefined ? "" : `${usd(cost.totalUsd)}${cost.complete ? "" : " and more"}`;
    const held = ok
      ? "yes"
      : `**no** (${steps
          .filter(({ status }) => status === "refused" || status === "failed")
          .map(({ name }) => name)
          .join(", ")})`;
    return `| ${environment} | ${held} | ${resources} | ${changes === undefined ? "" : changed(changes.diff)} | ${money} |`;
  });
  return ["| environment | holds | resources | changes | USD a month |", "|---|---|---:|---|---:|", ...rows, ""].join("\n");
}

function changed(diff: NonNullable<EnvironmentOutcome["changes"]>["diff"]): string {
  if (isEmptyDiff(diff)) return "none";
  const { created, deleted, changed: updated, moved } = diff;
  return [
    [created.length, "created"],
    [deleted.length, "**deleted**"],
    [updated.length, "changed"],
    [moved.length, "moved"],
  ]
    .filter(([count]) => Number(count) > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(", ");
}

function details({ environment, refusals, notes, open, changes }: EnvironmentOutcome): string[] {
  const parts = [
    ...section("Refused", refusals.map(item)),
    ...section(
      "Open to the world",
      open.map(({ name, says }) => item(`${name} ${says}`)),
    ),
    ...(changes === undefined || isEmptyDiff(changes.diff) ? [] : section("Changes", changeLines(changes))),
    ...section("Notes", notes.map(item)),
  ];
  return parts.length === 0 ? [] : [`### ${environment}`, "", ...parts];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`<details><summary>${title} (${lines.length})</summary>`, "", ...lines, "", "</details>", ""];
}

function item(text: string): string {
  return `- ${text.replaceAll("\n", "\n  ")}`;
}

function changeLines({ diff, templates }: NonNullable<EnvironmentOutcome["changes"]>): string[] {
  const line = (mark: string, { type, name }: ResourceRef, properties: readonly PropertyChange[] = []) =>
    `- ${mark} \`${name}\` ${type}${properties.length === 0 ? "" : `: ${properties.map(({ path }) => `\`${path}\``).join(", ")}`}`;
  return [
    ...diff.deleted.map((resource) => line("**deleted**", resource)),
    ...diff.changed.map((resource) => line("changed", resource, resource.properties)),
    ...diff.moved.map((resource) => line("moved", resource, resource.properties)),
    ...diff.created.map((resource) => line("created", resource)),
    ...templates.filter(hasChanges).map(templateLine),
  ];
}

function hasChanges({ added, removed, changed: updated }: TemplateDiff): boolean {
  return added.length + removed.length + updated.length > 0;
}

function templateLine({ template, added, removed, changed: updated }: TemplateDiff): string {
  const replaced = updated.filter((resource) => resource.replaced === "yes").map(({ id }) => id);
  const counts = `${added.length} added, ${removed.length} removed, ${updated.length} changed`;
  return `- template \`${template}\`: ${counts}${replaced.length === 0 ? "" : `; **replaced**: ${replaced.join(", ")} (${counted(replaced.length, "resource")})`}`;
}
