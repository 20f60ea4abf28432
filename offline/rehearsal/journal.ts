/** What happened in the world, in its order: the log of a rehearsal, and what its promises are judged by. */
import type { Json } from "../engine/recording";
import type { VirtualTime } from "./virtual-time";

export interface Happening {
  /** As RFC 3339. */
  readonly at: string;
  /** Service, function or person. */
  readonly who: string;
  /** Verb of a fixed vocabulary: `alarm.changed`, `function.ended`. */
  readonly what: string;
  readonly about: { readonly [key: string]: Json };
}

export class Journal {
  readonly happenings: Happening[] = [];
  private readonly listeners: ((happening: Happening) => void)[] = [];

  constructor(private readonly time: VirtualTime) {}

  note(who: string, what: string, about: { [key: string]: Json } = {}): void {
    const happening = { at: new Date(this.time.now()).toISOString(), who, what, about };
    this.happenings.push(happening);
    for (const hear of this.listeners) hear(happening);
  }

  /** Hears of everything from now on. */
  heard(hear: (happening: Happening) => void): void {
    this.listeners.push(hear);
  }

  of(what: string): Happening[] {
    return this.happenings.filter((happening) => happening.what === what);
  }
}
