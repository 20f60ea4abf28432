import { shown } from "../../shared/faults";

/**
 * IPv4 ranges, and how a VPC is cut into subnets. Decided here: which range each subnet gets, for ever. Not decided here: how many zones there are.
 */
export interface Cidr {
  /** First address as a number, 0 to 2^32 - 1. */
  readonly start: number;
  /** Leading bits that are fixed, 0 to 32. */
  readonly prefix: number;
}

export type CidrReading = { kind: "range"; range: Cidr } | { kind: "malformed" } | { kind: "not-first-address"; range: Cidr };

const NOTATION = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

export function readCidr(text: unknown): CidrReading {
  const numbers = (typeof text === "string" ? NOTATION.exec(text) : null)?.slice(1).map(Number);
  if (numbers === undefined || numbers.slice(0, 4).some((byte) => byte > 255)) return { kind: "malformed" };
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = numbers;
  if (prefix > 32) return { kind: "malformed" };
  // Arithmetic, not bit operations: those are signed in JavaScript and turn 192.0.0.0 negative.
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const range = { start: address - (address % 2 ** (32 - prefix)), prefix };
  return range.start === address ? { kind: "range", range } : { kind: "not-first-address", range };
}

/** For text that was checked before. */
export function cidr(text: string): Cidr {
  const reading = readCidr(text);
  if (reading.kind !== "range") throw new RangeError(`${text} is no range: ${reading.kind}`);
  return reading.range;
}

export function cidrText({ start, prefix }: Cidr): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${bytes.join(".")}/${prefix}`;
}

export function addressCount({ prefix }: Cidr): number {
  return 2 ** (32 - prefix);
}

export function overlaps(one: Cidr, other: Cidr): boolean {
  return one.start < other.start + addressCount(other) && other.start < one.start + addressCount(one);
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.start <= inner.start && inner.start + addressCount(inner) <= outer.start + addressCount(outer);
}

/** The part with this number when the range is cut into 2^bits equal parts. */
export function part(whole: Cidr, bits: number, index: number): Cidr {
  const prefix = whole.prefix + bits;
  return { start: whole.start + index * 2 ** (32 - prefix), prefix };
}

export type Tier = "private" | "public" | "intra";

export interface PlannedSubnet {
  readonly tier: Tier;
  /** Counted from 0. */
  readonly zone: number;
  readonly cidr: string;
}

/** A place is reserved for as many zones as this, whether they are used or not. */
export const MAX_ZONES = 3;

/**
 * Each tier's subnets are parts of the VPC, cut with `bits`; the first zone takes part `first`, the next the one `step` further. The places
 * depend on nothing else, so that a zone can be added without moving a subnet: a moved subnet is a replaced one, with all that stands in it.
 * Private subnets take three quarters, because every pod takes an address of its own there. The last quarter holds the rest; 1/16 stays free.
 */
const TIERS: readonly { readonly tier: Tier; readonly bits: number; readonly first: number; readonly step: number }[] = [
  { tier: "private", bits: 2, first: 0, step: 1 },
  { tier: "public", bits: 5, first: 24, step: 2 },
  { tier: "intra", bits: 5, first: 25, step: 2 },
];

/** AWS makes a VPC of /16 to /28, and no subnet smaller than /28 (VPC user guide, "VPC CIDR blocks" and "Subnet CIDR blocks"). */
const LARGEST_VPC_PREFIX = 16;
const SMALLEST_SUBNET_PREFIX = 28;
const SMALLEST_VPC_PREFIX = SMALLEST_SUBNET_PREFIX - Math.max(...TIERS.map(({ bits }) => bits));

export function planSubnets(vpc: Cidr, zones: number): PlannedSubnet[] {
  const zoneNumbers = Array.from({ length: zones }, (_, zone) => zone);
  return TIERS.flatMap(({ tier, bits, first, step }) =>
    zoneNumbers.map((zone) => ({ tier, zone, cidr: cidrText(part(vpc, bits, first + zone * step)) })),
  );
}

/** RFC 1918 and, last, RFC 6598. */
const PRIVATE_RANGES: readonly Cidr[] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(cidr);

/** "Some AWS services use the 172.17.0.0/16 CIDR range", SageMaker among them (VPC user guide, "VPC CIDR blocks"). */
const DOCKER_RANGE = cidr("172.17.0.0/16");

/** Whether the text is a range at all. */
export function cidrFaults(property: string, text: unknown): string[] {
  const reading = readCidr(text);
  if (reading.kind === "malformed") return [`${property} is ${shown(text)}; an IPv4 range is written like 10.0.0.0/16: write it so`];
  if (reading.kind === "range") return [];
  return [`${property} is ${String(text)}; a range is named by its first address: use ${cidrText(reading.range)}`];
}

/** Whether a VPC with subnets in up to three zones can have this range. */
export function vpcCidrFaults(property: string, text: unknown): string[] {
  const malformed = cidrFaults(property, text);
  if (malformed.length > 0) return malformed;
  const range = cidr(String(text));
  const faults = tooLargeFaults(property, range);
  if (range.prefix > SMALLEST_VPC_PREFIX) {
    faults.push(
      `${property} is ${cidrText(range)}; the nine subnets of up to ${MAX_ZONES} zones need a /${SMALLEST_VPC_PREFIX}, because AWS makes none smaller than /${SMALLEST_SUBNET_PREFIX}: use ${resized(range, SMALLEST_VPC_PREFIX)} or larger`,
    );
  }
  faults.push(...publicFaults(property, range));
  if (overlaps(range, DOCKER_RANGE)) {
    faults.push(
      `${property} is ${cidrText(range)}; Docker inside SageMaker and other AWS services uses ${cidrText(DOCKER_RANGE)}: choose a range outside it`,
    );
  }
  return faults;
}

/** Whether a VPC that is there already can have this range. What is merely unwise about it, its owner has decided. */
export function existingVpcCidrFaults(property: string, text: unknown): string[] {
  const reading = readCidr(text);
  if (reading.kind !== "range") return cidrFaults(property, text);
  const faults = [...tooLargeFaults(property, reading.range), ...publicFaults(property, reading.range)];
  if (reading.range.prefix > SMALLEST_SUBNET_PREFIX) {
    const rule = `AWS makes no VPC smaller than /${SMALLEST_SUBNET_PREFIX}`;
    faults.push(`${property} is ${cidrText(reading.range)}; ${rule}: give the range of the whole VPC`);
  }
  return faults;
}

function tooLargeFaults(property: string, range: Cidr): string[] {
  if (range.prefix >= LARGEST_VPC_PREFIX) return [];
  const rule = `AWS makes no VPC larger than /${LARGEST_VPC_PREFIX}`;
  return [`${property} is ${cidrText(range)}; ${rule}: use ${resized(range, LARGEST_VPC_PREFIX)}`];
}

function publicFaults(property: string, range: Cidr): string[] {
  if (PRIVATE_RANGES.some((allowed) => contains(allowed, range))) return [];
  const allowed = PRIVATE_RANGES.map(cidrText).join(", ");
  return [`${property} is ${cidrText(range)}; a VPC's range must be private: choose one inside ${allowed}`];
}

function resized({ start }: Cidr, prefix: number): string {
  return cidrText({ start: start - (start % 2 ** (32 - prefix)), prefix });
}
