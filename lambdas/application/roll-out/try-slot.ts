/**
 * The integration check: every model of the release, on every pod of its slot, answers by the contract before any user gets there.
 *
 * Where the release brings rows with the trained model's own answers, those are asked for, and compared. Where none of them can be asked over
 * JSON, rows of plain numbers show that the model is loaded, takes as many features as the manifest says, and answers in the contract's form;
 * not that it answers rightly.
 */
import { CONTRACT } from "../../domain/packages/contract";
import { manifestSchema, MANIFEST_FILE, type Manifest } from "../../domain/packages/manifest";
import { judgeParity, readParity, releasedParityFile, type Answers, type ParityRows } from "../../domain/packages/parity";
import type { RequestTo } from "../../domain/roll-out/requests";
import type { Rows } from "../../ports/model-pods";
import { keepLease, slotOf, type GivenUp, type RollOutLoop } from "./roll-out-loop";
import { placeOf } from "./ready";

export type TryAnswer = { kind: "passed"; reason: string } | { kind: "failed"; reason: string } | GivenUp;

/** How far from 1 the two probabilities of a row may add up to: single precision. */
const ROUNDING = 1e-3;

export async function trySlot({ order }: RequestTo<"try">, loop: RollOutLoop): Promise<TryAnswer> {
  const { cluster, pods, releases } = loop;
  const lost = await keepLease(order, loop);
  if (lost !== undefined) return lost;
  const place = await placeOf(order, loop);
  if ("kind" in place) return place;
  const state = await cluster.slot(slotOf(order, place.slot));
  if (state.kind === "refused") return state;
  const bytes = await releases.read(order.serving.releases, order.release, MANIFEST_FILE);
  if (bytes === undefined) return { kind: "failed", reason: `${order.release} has lost its ${MANIFEST_FILE}: package the model anew` };
  const manifest = manifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  if (state.addresses.length === 0) return { kind: "failed", reason: `slot ${place.slot} has no pod to be tried` };

  const faults: string[] = [];
  let compared = 0;
  for (const variant of manifest.variants.filter(({ name }) => order.models.includes(name))) {
    const parity = await parityOf(manifest, variant.name, order.serving.releases, loop);
    const rows = parity ?? probes(manifest.contract.features);
    for (const address of state.addresses) {
      const answer = await answered(() => pods.infer(address, variant.name, rows));
      if (answer.kind === "silent") faults.push(`${variant.name} on ${address}: ${answer.reason}`);
      else if (parity === undefined) faults.push(...formFaults(`${variant.name} on ${address}`, rows.count, answer.value));
      else faults.push(...judgeParity(`${variant.name} on ${address}`, parity, answer.value, variant.threshold).faults);
      if (parity !== undefined) compared += parity.count;
    }
  }
  if (faults.length > 0) return { kind: "failed", reason: faults.join("; ") };
  const tried = `${order.models.join(", ")} on ${state.addresses.length} pods answer by the contract`;
  return { kind: "passed", reason: compared === 0 ? tried : `${tried}, ${compared} answers like the trained models'` };
}

/** Asked once more where there is no answer: hours of training are not thrown away for one connection that broke. */
async function answered<T extends { kind: string }>(ask: () => Promise<T>): Promise<T> {
  const first = await ask();
  return first.kind === "silent" ? ask() : first;
}

async function parityOf(
  { release, files, contract }: Manifest,
  variant: string,
  place: string,
  { releases }: Pick<RollOutLoop, "releases">,
) {
  const path = releasedParityFile(variant);
  if (!files.some((file) => file.path === path)) return undefined;
  const rows: ParityRows | undefined = readParity((await releases.read(place, release, path)) ?? new Uint8Array(), contract.features);
  return rows;
}

function probes(features: number): Rows {
  const values = [0, 1, -1].flatMap((value) => Array.from({ length: features }, () => value));
  return { values: Float32Array.from(values), features, count: 3 };
}

function formFaults(subject: string, rows: number, { labels, probabilities }: Answers): string[] {
  const wanted = rows * CONTRACT.probabilities.columns;
  if (labels.length !== rows || probabilities.length !== wanted) {
    return [
      `${subject} gives ${labels.length} labels and ${probabilities.length} probabilities for ${rows} rows: export it by the contract`,
    ];
  }
  const odd = labels.findIndex((label, row) => {
    const [negative = NaN, positive = NaN] = [probabilities[2 * row], probabilities[2 * row + 1]];
    return ![0, 1].includes(label) || !(negative >= 0 && positive >= 0 && Math.abs(negative + positive - 1) <= ROUNDING);
  });
  if (odd < 0) return [];
  return [
    `${subject} gives row ${odd + 1} the label ${labels[odd]} and the probabilities ${probabilities[2 * odd]} and ${probabilities[2 * odd + 1]}: export it by the contract`,
  ];
}
