/** Whether a slot can serve a release, asked before the release goes there: afterwards every pod of the slot says it, by not getting ready. */
import { type Manifest } from "./manifest";
import { Accelerator } from "./model-kind";

/** What a slot is made for (`TritonServer`, `releaseReference()`). */
export interface SlotTraits {
  readonly accelerator: Accelerator;
  /** CPUs of a pod. */
  readonly cpus: number;
  /** Names in Triton that each of its pods loads. */
  readonly models: readonly string[];
}

/** All that is wrong, in sentences; nothing where the release may go. */
export function slotFaults({ release, variants }: Pick<Manifest, "release" | "variants">, slot: SlotTraits): string[] {
  const held = variants.flatMap(({ models }) => models);
  const missing = slot.models.filter((model) => !held.includes(model));
  return [
    ...missing.map(
      (model) =>
        `${release} holds no ${model}; every pod of the slot loads it by name and ends where it cannot: package all variants of the line together`,
    ),
    ...variants.flatMap(({ name, serving: { accelerator, threads } }) => {
      if (accelerator !== slot.accelerator) return [placeFault(`${release}: ${name}`, accelerator, slot.accelerator)];
      // On a GPU the threads are the GPU's.
      if (accelerator === Accelerator.Gpu || threads <= slot.cpus) return [];
      const rule = `a pod of the slot has ${slot.cpus}, and they would take turns`;
      return [
        `${release}: ${name} is packaged for ${threads} threads; ${rule}: package it for ${Math.floor(slot.cpus)}, or give the pods more`,
      ];
    }),
  ];
}

function placeFault(subject: string, packaged: Accelerator, slot: Accelerator): string {
  const harm = packaged === Accelerator.Gpu ? "Triton would not load it" : "a GPU would be paid for that nothing uses";
  return `${subject} is packaged for ${packaged}; the slot has ${slot}, and ${harm}: package it with serving.accelerator ${slot}, or choose another server`;
}
