/** Word that a line of states is over before it came to its end: its execution was stopped, or another branch failed. */
export class Ending {
  private readonly listeners = new Set<() => void>();
  private over = false;

  /** @param outer what is inside ends with it */
  constructor(outer?: Ending) {
    outer?.heard(() => this.end());
  }

  get isOver(): boolean {
    return this.over;
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }

  /** @returns what stops listening */
  heard(listener: () => void): () => void {
    if (this.over) listener();
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  check(): void {
    if (this.over) throw new Stopped();
  }
}

/** Unwinds a line of states; nobody catches it but whoever started the line. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}
