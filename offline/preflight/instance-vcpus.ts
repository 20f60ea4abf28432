/** How many vCPUs an instance type counts for, and against which quota. Pure. */

/** Families with a quota of their own; all others that EC2 calls standard share one (EC2 user guide, "Amazon EC2 service quotas"). */
export type QuotaFamily = "standard" | "g" | "p" | "inf";

const FAMILIES: Readonly<Record<string, QuotaFamily>> = {
  ...{ a: "standard", c: "standard", d: "standard", h: "standard", i: "standard", im: "standard", is: "standard", m: "standard" },
  ...{ r: "standard", t: "standard", z: "standard" },
  ...{ g: "g", gr: "g", vt: "g", p: "p", inf: "inf" },
};

const NAME = /^([a-z]+)\d[a-z0-9-]*\.([a-z0-9-]+)$/;

/** Undefined for what has a quota that preflight does not read: Trn, DL, F, X, HPC, high memory, Mac. */
export function quotaFamilyOf(type: string): QuotaFamily | undefined {
  const [, letters = ""] = NAME.exec(type) ?? [];
  return Object.hasOwn(FAMILIES, letters) ? FAMILIES[letters] : undefined;
}

/** Sizes up to large; from xlarge on a type has four times its multiple (EC2 user guide, "Instance types", at every family named above). */
const SMALL_SIZES: Readonly<Record<string, number>> = { nano: 2, micro: 2, small: 2, medium: 2, large: 2, xlarge: 4 };

/** The small ones before Nitro and on Graviton have one. */
const ONE_VCPU = /^(t2\.(nano|micro|small)|(a1|m3|[cmr][678]gd?n?)\.medium)$/;

/** Undefined for metal, whose size says nothing. */
export function vcpusOf(type: string): number | undefined {
  const [, , size = ""] = NAME.exec(type) ?? [];
  if (ONE_VCPU.test(type)) return 1;
  const multiple = /^(\d+)xlarge$/.exec(size)?.[1];
  return multiple === undefined ? (Object.hasOwn(SMALL_SIZES, size) ? SMALL_SIZES[size] : undefined) : 4 * Number(multiple);
}
