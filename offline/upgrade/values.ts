/** What a property was and will be, and whether anybody can say. Pure. */
import { type Json, type Properties, UNKNOWN } from "../engine";
import { STAND_IN_ACCOUNT } from "../engine/models/model";
import { compare } from "../plan/diff";
import { isMapping } from "../plan/mapping";
import { SECRET_TEXT, UNKNOWN_TEXT } from "../plan/redaction";
import type { PlannedResource } from "../plan/plan-document";
import { REGION } from "./facts";
import type { StandingResource } from "./state";

/** How Pulumi marks a secret, an asset or a reference in a state (`SigKey` of sdk/go/common/resource). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

export type Change =
  | { readonly kind: "none" }
  /** `isTold`: somebody knew it before, and nobody does now. */
  | { readonly kind: "unknown"; readonly isTold: boolean }
  | { readonly kind: "changed"; readonly says: string };

const NONE: Change = { kind: "none" };

/** Of the property as it stands, and as the plan wants it. */
export function changeOf(before: StandingResource, { inputs: after, modelled }: PlannedResource, path: string): Change {
  const [was, wanted] = [valueAt(before.inputs, path), valueAt(after, path)];
  // Nobody asks for it: where the provider or Pulumi's naming chose the value, it stays as it is.
  if (wanted === undefined && (was === undefined || path === REGION || isDefault(before.inputs, path))) return NONE;
  // What a provider's own component makes is known from its sources; what both sides know is compared, and no more.
  if (modelled && (was === undefined || wanted === undefined)) return NONE;
  // The state knows what AWS chose where the program had said nothing, so saying the same is no change.
  const standing = was ?? valueAt(before.outputs, path);
  const changes = compare(plain(standing), plain(wanted), path.split("."));
  if (changes.length === 0) return isOpaque(wanted) ? { kind: "unknown", isTold: false } : NONE;
  const known = changes.filter((change) => !isOpaque(change.before) && !isOpaque(change.after));
  const [first] = known;
  if (first === undefined) return { kind: "unknown", isTold: true };
  return { kind: "changed", says: `${first.path} changes from ${said(first.before)} to ${said(first.after)}` };
}

/** Dots lead downwards; of a list `*` takes every item, and a list where none is expected its only one. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  if (path === "" || value === undefined || isOpaque(value)) return value;
  const [key = "", ...rest] = path.split(".");
  const below = rest.join(".");
  if (Array.isArray(value)) {
    if (key === "*") return value.flatMap((item) => valueAt(item, below) ?? []);
    return value.length === 1 ? valueAt(value[0], path) : undefined;
  }
  return isMapping(value) ? valueAt(value[key], below) : undefined;
}

/** Providers name what they filled in under `__defaults`, beside it. */
function isDefault(inputs: Properties, path: string): boolean {
  const keys = path.split(".");
  const above = keys.length === 1 ? inputs : valueAt(inputs, keys.slice(0, -1).join("."));
  const defaults = isMapping(above) ? above["__defaults"] : undefined;
  return Array.isArray(defaults) && defaults.includes(keys.at(-1) ?? "");
}

/** Without the provider's own notes. */
function plain(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => plain(item) ?? null);
  if (!isMapping(value) || SIGNATURE in value) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (key === "__defaults" ? [] : [[key, plain(item) ?? null]])));
}

/** What the cloud has yet to say, what is secret, and what an offline plan invents: none of them can be compared. */
export function isOpaque(value: Json | undefined): boolean {
  if (isMapping(value)) return SIGNATURE in value;
  return typeof value === "string" && ([UNKNOWN, UNKNOWN_TEXT, SECRET_TEXT].includes(value) || value.includes(STAND_IN_ACCOUNT));
}

export function said(value: Json | undefined): string {
  if (value === undefined || value === null) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
