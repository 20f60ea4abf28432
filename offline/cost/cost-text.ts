/** An estimate as a person reads it, and as `cost.json` holds it. Pure. */
import type { Palette } from "../commands/terminal";
import { assumptionsOf, byComponent, type Estimate, idleUsd, type Line, unknownHourly } from "./estimate";
import { ASSUMPTIONS } from "./usage";

export function usd(amount: number): string {
  return amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

const WIDTH = 10;

export function costText(estimate: Estimate, paint: Palette): string {
  const { environment, region, fixedUsd, usageUsd, totalUsd, afterDestroyUsd, complete } = estimate;
  const row = (name: string, fixed: number, usage: number, known: boolean) =>
    `  ${name.padEnd(44)}${usd(fixed).padStart(WIDTH)}${usd(usage).padStart(WIDTH)}${usd(fixed + usage).padStart(WIDTH)}${known ? "" : "  + unknown"}`;
  const rows = byComponent(estimate)
    .filter((sum) => sum.fixedUsd + sum.usageUsd > 0 || !sum.complete)
    .map((sum) => row(`${sum.layer.padEnd(14)}${sum.component}`, sum.fixedUsd, sum.usageUsd, sum.complete));
  const unknown = estimate.lines.filter(({ monthlyUsd }) => monthlyUsd === undefined);
  return [
    "",
    `${paint.bold(`${environment} · ${region}`)}   USD a month, list prices, before tax, ${HOURS_TOLD}`,
    "",
    `  ${" ".repeat(44)}${"fixed".padStart(WIDTH)}${"usage".padStart(WIDTH)}${"both".padStart(WIDTH)}`,
    ...rows,
    paint.bold(row("together", fixedUsd, usageUsd, complete)),
    "",
    ...notes(estimate),
    ...(unknown.length === 0
      ? []
      : ["  No price is known for:", ...unknown.map((line) => `    ${line.resource}: ${line.what} ${whyUnknown(line)}`)]),
    `  After pulumi destroy goes on, until it is deleted: ${usd(afterDestroyUsd)} (what is protected or kept).`,
    "",
    "  Assumed (modelloop cost --usage FILE says otherwise):",
    ...assumptionsOf(estimate).map(
      (key) => `    ${key.padEnd(20)}${String(estimate.usage[key]).padStart(6)} ${ASSUMPTIONS[key].unit} ${ASSUMPTIONS[key].says}`,
    ),
    "",
    `  Together ${usd(totalUsd)}${complete ? "" : ", and incomplete"}.`,
    ...(idleUsd(estimate) < totalUsd ? [`  While no release serves and nothing trains: ${usd(idleUsd(estimate))}.`] : []),
    "",
  ].join("\n");
}

const HOURS_TOLD = "730 hours";

/** What a reader would otherwise hold against the figures. */
function notes({ lines }: Estimate): string[] {
  const spot = lines.some(({ what }) => what.includes("spot,"));
  const doubtful = lines.filter(({ price }) => price !== undefined && price.confidence === "low");
  return [
    ...(spot ? ["  Spot nodes are counted at the price on demand; AWS says up to 90 % less (its page, read 2026-09-28)."] : []),
    ...(doubtful.length > 0 ? [`  ${doubtful.length} lines rest on prices from undated tables.`] : []),
  ];
}

function whyUnknown({ price, service, sku }: Line): string {
  if (price?.why !== undefined) return `(${price.why})`;
  return service === "not in the table" ? "(in no table of prices)" : `(${service}, ${sku}: not read for this Region)`;
}

/** Whole sentences; none where what the plan bills is known and within the budget. @param ceilingUsd of the environment's budget. */
export function ceilingFaults(estimate: Estimate, ceilingUsd: number | undefined): string[] {
  if (ceilingUsd === undefined) return [];
  const { environment, totalUsd } = estimate;
  const over =
    totalUsd <= ceilingUsd
      ? []
      : [
          `${environment} is estimated at ${usd(totalUsd)} USD a month; its budget's limit is ${usd(ceilingUsd)}: raise the limit, or make the dearest component smaller (${dearest(estimate)}). (budgets-limit-monthly-cost)`,
        ];
  const unknown = unknownHourly(estimate).map(
    (line) =>
      `${line.resource} bills ${line.what} at a price that nobody knows here; whether ${environment} stays below its budget of ${usd(ceilingUsd)} cannot be said: add the price to offline/cost/prices.json with its source, or use what has one.`,
  );
  return [...over, ...unknown];
}

function dearest(estimate: Estimate): string {
  const [first] = byComponent(estimate);
  return first === undefined ? "there is none" : `${first.component}, ${usd(first.fixedUsd + first.usageUsd)}`;
}

export function totalsOf({ fixedUsd, usageUsd, totalUsd, afterDestroyUsd, complete }: Estimate) {
  return rounded({ fixedUsd, usageUsd, totalUsd, afterDestroyUsd, complete });
}

export function costDocument(estimate: Estimate): object {
  const { environment, region, lines, usage } = estimate;
  return {
    ...{ environment, region },
    ...totalsOf(estimate),
    idleUsd: cents(idleUsd(estimate)),
    components: byComponent(estimate).map(rounded),
    assumptions: Object.fromEntries(assumptionsOf(estimate).map((key) => [key, { ...ASSUMPTIONS[key], value: usage[key] }])),
    lines: lines.map(({ usage: assumption, price, monthlyUsd, ...line }) => ({
      ...line,
      ...(assumption !== undefined && { assumption }),
      ...(monthlyUsd === undefined ? { unknown: true } : { monthlyUsd: cents(monthlyUsd) }),
      ...(price !== undefined && { price }),
    })),
  };
}

function rounded<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, typeof each === "number" ? cents(each) : (each as unknown)]),
  ) as T;
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
