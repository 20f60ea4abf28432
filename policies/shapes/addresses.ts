/** Ranges of addresses, and which of them are as good as all. */

/** Shorter than this, an IPv4 range is the internet in a few lines: `0.0.0.0/1` and `128.0.0.0/1` are all of it. The widest private one is a /8. */
const SHORTEST_IPV4 = 8;
/** A registry of the internet hands out nothing wider than this to one party. */
const SHORTEST_IPV6 = 16;

/** What is no range is not open: a name, a prefix list, or an address. */
export function isOpenRange(range: unknown): boolean {
  if (typeof range !== "string") return false;
  const [, address = "", length] = /^([0-9a-fA-F.:]+)\/(\d+)$/.exec(range.trim()) ?? [];
  if (length === undefined) return false;
  return Number(length) < (address.includes(":") ? SHORTEST_IPV6 : SHORTEST_IPV4);
}
