import { Capacity } from "./managed-groups";

/** Parts of an instance type's name (EC2 user guide, "Instance type names"): class, generation, attributes, size. */
const NAME = /^([a-z]+)(\d+)([a-z-]*)\.([a-z0-9-]+)$/;

/** Classes with an accelerator or an FPGA: their nodes need a taint, drivers and a device plugin. */
const ACCELERATED = new Set(["dl", "f", "g", "gr", "inf", "p", "trn", "vt"]);

export function instanceTypeFaults(prefix: string, types: readonly string[], capacity: Capacity): string[] {
  const property = `${prefix}instanceTypes`;
  if (types.length === 0) return [`${property} is empty; a group needs something to run on: name a type such as m6i.large`];
  const faults = types.flatMap((type, index) => typeFaults(`${property}[${index}]`, type));
  if (faults.length > 0) return faults;
  const [first = ""] = types;
  const other = types.find((type) => shape(type) !== shape(first));
  if (other !== undefined) {
    // kubernetes/autoscaler, cloudprovider/aws/README.md, "Using Mixed Instances Policies": it plans with the first type only.
    faults.push(
      `${property} has ${first} and ${other}; the autoscaler takes all nodes of a group for alike: name types of one class and size, such as m6i.large and m5.large`,
    );
  }
  if (capacity === Capacity.Spot && types.length === 1) {
    faults.push(
      `capacity is spot with ${first} only; when AWS runs out of one type, all nodes go at once: name two types of one class and size, or use on-demand`,
    );
  }
  return faults;
}

function typeFaults(property: string, type: string): string[] {
  const [, family = "", , attributes = ""] = NAME.exec(type) ?? [];
  if (family === "") return [`${property} is ${JSON.stringify(type)}; an instance type is written like m6i.large: write it so`];
  if (ACCELERATED.has(family)) {
    return [`${property} is ${type}; it has an accelerator, whose nodes need a taint and drivers: use GpuNodeGroup, or a type without one`];
  }
  if (attributes.startsWith("g") || family === "a") {
    return [`${property} is ${type}; it is a Graviton, and the nodes' image is for x86: use a type such as m6i.large`];
  }
  return [];
}

/** Same class and size: same number of CPUs and same memory. */
function shape(type: string): string {
  const [, family = "", , , size = ""] = NAME.exec(type) ?? [];
  return `${family}.${size}`;
}
