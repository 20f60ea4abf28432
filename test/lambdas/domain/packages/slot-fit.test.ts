import { Accelerator } from "../../../../lambdas/domain/packages/model-kind";
import { slotFaults, type SlotTraits } from "../../../../lambdas/domain/packages/slot-fit";

const slot: SlotTraits = { accelerator: Accelerator.Cpu, cpus: 2, models: ["anomaly", "anomaly_fil"] };
const released = (accelerator: Accelerator, threads = 2, models = ["anomaly", "anomaly_fil"]) =>
  ({ release: "r1", variants: [{ name: "anomaly", models, serving: { accelerator, threads } }] }) as Parameters<typeof slotFaults>[0];

it("S8 finds no fault with a release that was packaged for the slot, or for fewer threads, or holds more", () => {
  expect(slotFaults(released(Accelerator.Cpu), slot)).toEqual([]);
  expect(slotFaults(released(Accelerator.Cpu, 1), slot)).toEqual([]);
  expect(slotFaults(released(Accelerator.Cpu, 2, [...slot.models, "other"]), slot)).toEqual([]);
  expect(slotFaults(released(Accelerator.Gpu, 8), { ...slot, accelerator: Accelerator.Gpu })).toEqual([]);
});

// All pods of the slot would fail one by one, over half an hour, and the reason be in the log of a pod that is gone.
it("S8 refuses a package for a GPU on a slot without", () => {
  expect(slotFaults(released(Accelerator.Gpu), slot)).toEqual([
    "r1: anomaly is packaged for gpu; the slot has cpu, and Triton would not load it: package it with serving.accelerator cpu, or choose another server",
  ]);
});

it("S8 refuses a package for CPUs on a slot with GPUs", () => {
  expect(slotFaults(released(Accelerator.Cpu), { ...slot, accelerator: Accelerator.Gpu })).toEqual([
    "r1: anomaly is packaged for cpu; the slot has gpu, and a GPU would be paid for that nothing uses: package it with serving.accelerator gpu, or choose another server",
  ]);
});

it("S8 refuses more threads than CPUs, and a release without a model that is loaded, all at once", () => {
  expect(slotFaults(released(Accelerator.Cpu, 4, ["anomaly"]), slot)).toEqual([
    "r1 holds no anomaly_fil; every pod of the slot loads it by name and ends where it cannot: package all variants of the line together",
    "r1: anomaly is packaged for 4 threads; a pod of the slot has 2, and they would take turns: package it for 2, or give the pods more",
  ]);
});
