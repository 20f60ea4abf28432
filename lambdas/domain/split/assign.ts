/**
 * Where does a user go? The same answer as the router's, without asking it: for support ("which model did she see?"), for reports, and for
 * tests of the router itself.
 */
import { canaryLayer, experimentLayer, type Layer, releaseIn } from "./layers";
import { murmurHash2 } from "./murmur-hash";
import { WHOLE } from "./share";
import type { Slot, Split } from "./split";

/** What the router takes for a user: printable ASCII without blanks. All else it refuses, so that no two spellings of one user are two users. */
export const USER_ID = /^[!-~]{1,128}$/;

export type Assignment =
  | { kind: "assigned"; variant: string; model: string; release: string; slot: Slot }
  /** There is no release yet. */
  | { kind: "no-release"; variant: string }
  | { kind: "refused"; reason: string };

export function userIdFaults(property: string, user: string): string[] {
  if (USER_ID.test(user)) return [];
  return [`${property} is ${JSON.stringify(user)}; a user id has 1 to 128 printable ASCII characters and no blank: send one such as 42`];
}

export function assign(user: string, split: Split): Assignment {
  const [reason] = userIdFaults("user", user);
  if (reason !== undefined) return { kind: "refused", reason };
  const variant = pick(user, experimentLayer(split));
  const arm = split.experiment.arms.find((each) => each.variant === variant);
  if (arm === undefined) throw new Error("an experiment without arms is no split");
  const slot = pick(user, canaryLayer(split));
  const release = slot === undefined ? undefined : releaseIn(split, slot);
  if (slot === undefined || release === undefined) return { kind: "no-release", variant: arm.variant };
  return { kind: "assigned", variant: arm.variant, model: arm.model, release, slot };
}

/**
 * As ngx_http_split_clients_module.c does it: bounds are sums of shares of 2^32 - 1, each rounded down by itself, and the last part has all
 * the rest, because it is written as `*`.
 */
function pick<Value extends string>(user: string, { salt, parts }: Layer<Value>): Value | undefined {
  const hash = murmurHash2(`${user}|${salt}`);
  let bound = 0;
  for (const { value, hundredths } of parts.slice(0, -1)) {
    bound += Math.floor((hundredths * 0xffffffff) / WHOLE);
    if (hash < bound) return value;
  }
  return parts.at(-1)?.value;
}
