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

  constructor(private readonly time: VirtualTime) {}

  note(who: string, what: string, about: { [key: string]: Json } = {}): void {
    this.happenings.push({ at: new Date(this.time.now()).toISOString(), who, what, about });
  }

  of(what: string): Happening[] {
    return this.happenings.filter((happening) => happening.what === what);
  }
}
