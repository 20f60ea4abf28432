/**
 * Time that passes only when nothing else can happen: weeks in milliseconds, and the same order in every run.
 *
 * Work is a tree of activities. While one of them runs, time stands still; when all of them wait, time jumps to the earliest timer. Among
 * timers of one instant, the one that was set first goes first.
 */
interface Timer {
  readonly at: number;
  readonly order: number;
  fire(): void;
  /** Nobody waits for it any more: passed over, without a turn of the world. */
  isCancelled?: boolean;
}

export class VirtualTime {
  private running = 0;
  private order = 0;
  private readonly timers: Timer[] = [];
  private readonly failures: unknown[] = [];

  /** @param current milliseconds since the epoch at which the world starts */
  constructor(private current: number) {}

  now(): number {
    return this.current;
  }

  /** Starts an activity beside those that run. What it throws is thrown by `runUntil`. */
  start(work: () => Promise<unknown>): void {
    this.running++;
    void Promise.resolve()
      .then(work)
      .catch((error: unknown) => this.failures.push(error))
      .finally(() => this.running--);
  }

  /**
   * Starts an activity at an instant; at once where that has passed.
   *
   * @returns what takes that back
   */
  startAt(at: number, work: () => Promise<unknown>): () => void {
    return this.timer(at, () => this.start(work));
  }

  async sleep(milliseconds: number): Promise<void> {
    await this.waitFor<void>(() => undefined, { at: this.current + Math.max(0, milliseconds), value: undefined });
  }

  /**
   * Waits for something from outside (a task token), or for a deadline. Call from within an activity, which counts as waiting meanwhile.
   *
   * @param listen is handed the function that ends the wait; only its first call counts.
   */
  waitFor<T>(listen: (end: (value: T) => void) => void, deadline?: { at: number; value: T }): Promise<T> {
    this.running--;
    return new Promise((resolve) => {
      let ended = false;
      let cancel: () => void = () => undefined;
      const end = (value: T) => {
        if (ended) return;
        ended = true;
        cancel();
        this.running++;
        resolve(value);
      };
      if (deadline !== undefined) cancel = this.timer(deadline.at, () => end(deadline.value));
      listen(end);
    });
  }

  /** For activities that wait and work at once, such as a function with two calls on their way: time stands still until as many releases. */
  hold(): void {
    this.running++;
  }

  release(): void {
    this.running--;
  }

  /** Runs the world until the instant, or until nothing is left to happen. Throws the first thing that an activity threw. */
  async runUntil(end: number): Promise<void> {
    for (;;) {
      await this.settle();
      if (this.failures.length > 0) throw this.failures[0];
      while (this.timers[0]?.isCancelled === true) this.timers.shift();
      const next = this.timers[0];
      if (next === undefined || next.at > end) break;
      this.timers.shift();
      this.current = Math.max(this.current, next.at);
      next.fire();
    }
    this.current = Math.max(this.current, end);
  }

  private timer(at: number, fire: () => void): () => void {
    const timer: Timer = { at: Math.max(at, this.current), order: this.order++, fire };
    let low = 0;
    for (let high = this.timers.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((this.timers[middle]?.at ?? Infinity) > timer.at) high = middle;
      else low = middle + 1;
    }
    this.timers.splice(low, 0, timer);
    return () => (timer.isCancelled = true);
  }

  /** A promise takes some turns of the event loop to be seen through; an activity that waits for real I/O takes more. */
  private async settle(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.running > 0 && this.failures.length === 0);
  }
}
