/** A thread that is asked, and answers in the order of its choice. It lives on: what takes its time is loading. */
import type { Worker } from "node:worker_threads";

interface Answer<A> {
  readonly id: number;
  readonly found?: A;
  readonly error?: string;
}

export class AskedWorker<Q extends object, A> {
  private worker: Worker | undefined;
  private count = 0;

  /** @param open whose thread answers `{ id, ...question }` with `{ id, found }`, or with `{ id, error }` */
  constructor(private readonly open: () => Worker) {}

  /** Begins to load what the first question will need. */
  load(): void {
    this.worker ??= this.opened();
  }

  /** @throws Error with what went wrong there */
  ask(question: Q): Promise<A> {
    const worker = (this.worker ??= this.opened());
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      const heard = ({ id: of, found, error }: Answer<A>): void => {
        if (of !== id) return;
        worker.off("message", heard).off("error", reject);
        // Nobody is kept from ending by a thread that has nothing to do.
        worker.unref();
        if (error === undefined) resolve(found as A);
        else reject(new Error(error));
      };
      worker.ref();
      worker
        .on("message", heard)
        .on("error", reject)
        .postMessage({ id, ...question });
    });
  }

  private opened(): Worker {
    const worker = this.open();
    // Nobody is kept from ending by a thread that was asked nothing; who asks it hears of its faults.
    worker.unref();
    worker.on("error", () => (this.worker = undefined));
    return worker;
  }
}
