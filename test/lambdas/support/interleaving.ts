/** Activities that take turns in an order that one number decides: the same number, the same story, to the last step. */

/** Mulberry32: small, fast and good enough to shuffle. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Interleaving {
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private quiet: (() => void) | undefined;
  private failure: unknown;

  constructor(private readonly random: () => number) {}

  /** Starts an activity. It runs until its first `turn`, and so from turn to turn. */
  start(work: () => Promise<unknown>): void {
    this.running++;
    void Promise.resolve()
      .then(work)
      .catch((error: unknown) => (this.failure ??= error))
      .finally(() => this.rest());
  }

  /** Lets the others go first, if it so happens. */
  turn(): Promise<void> {
    return new Promise((go) => {
      this.waiting.push(go);
      this.rest();
    });
  }

  /** Until all activities have ended. */
  async untilDone(): Promise<void> {
    for (;;) {
      await new Promise<void>((quiet) => {
        this.quiet = quiet;
        if (this.running === 0) quiet();
      });
      if (this.failure !== undefined) throw this.failure as Error;
      const [next] = this.waiting.splice(Math.floor(this.random() * this.waiting.length), 1);
      if (next === undefined) return;
      this.running++;
      next();
    }
  }

  private rest(): void {
    this.running--;
    if (this.running === 0) this.quiet?.();
  }
}
