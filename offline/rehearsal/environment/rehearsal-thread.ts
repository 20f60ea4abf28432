/** The thread on which the loops of plans are played. */
import { parentPort, workerData } from "node:worker_threads";
import type { RecordedResource } from "../../engine";
import { rehearsePlan } from "./rehearse-plan";
import { unpackIn } from "./unpacked";

export interface Question {
  /** Of a recording in apply mode. */
  readonly resources: readonly RecordedResource[];
}

unpackIn(workerData as string);

parentPort?.on("message", ({ id, resources }: Question & { id: number }) => {
  rehearsePlan(resources).then(
    (found) => parentPort?.postMessage({ id, found }),
    (error: unknown) => parentPort?.postMessage({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
