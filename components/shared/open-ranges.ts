/** Ranges that are as good as everybody, and ranges that are nobody on the internet. */
import { cidr, type Cidr, cidrText, overlaps, readCidr } from "../foundation/network/cidr";

/**
 * No owner of addresses has more than a /8. Judged by `0.0.0.0/0` alone, `0.0.0.0/1` and `128.0.0.0/1` side by side would pass, which is what
 * people write once the one range was refused.
 */
const WIDEST_PREFIX = 8;

/** Whether whoever writes it means everybody, or nearly. */
export function isOpenRange(text: unknown): boolean {
  const reading = readCidr(text);
  return reading.kind !== "malformed" && reading.range.prefix < WIDEST_PREFIX;
}

/**
 * What no packet from the internet comes from (IANA, "IPv4 Special-Purpose Address Registry"; multicast and class E besides). Ranges for
 * documentation are left out: examples are written with them.
 */
const RESERVED: readonly Cidr[] = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  ...["224.0.0.0/4", "240.0.0.0/4"],
].map(cidr);

/** The reserved range that this one reaches into, where there is one. */
export function reservedRange(text: unknown): string | undefined {
  const reading = readCidr(text);
  if (reading.kind !== "range") return undefined;
  const found = RESERVED.find((reserved) => overlaps(reserved, reading.range));
  return found && cidrText(found);
}

/** RFC 5737: addresses of nobody, for examples. Whoever lets only these in lets nobody in. */
const DOCUMENTATION: readonly Cidr[] = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"].map(cidr);

export function isForDocumentation(text: unknown): boolean {
  const reading = readCidr(text);
  return reading.kind === "range" && DOCUMENTATION.some((range) => overlaps(range, reading.range));
}
