/** What a fact about a provider says of one kind of resource. */

export type Worse = "less" | "becomes-true" | "becomes-false" | "leaves";

/** A property whose change loses data later, with nothing replaced. */
export interface Guard {
  /** From the root of the inputs; `*` stands for every item of a list, of which the smallest number counts. */
  readonly path: string;
  readonly worse: Worse;
  /** What a number means where it is absent: the provider's default, or for ever. @default - it says nothing, and is not compared */
  readonly absent?: number;
  /** What the number 0 means. @default 0 */
  readonly zero?: number;
  /** The value that keeps, for `leaves`. */
  readonly keeps?: string;
  /** What the change takes away, as the rest of a sentence. */
  readonly loses: string;
}

export interface UpgradeFact {
  /** In a sentence: "the database prod-database". */
  readonly noun: string;
  /**
   * What goes with it, as the rest of a sentence. Absent for what only stands between others and is replaced without loss: a stateful resource
   * that takes its name from it goes with it.
   */
  readonly content?: string;
  /** For what holds nothing and keeps what others hold: what its removal takes away, as the rest of a sentence. */
  readonly guarding?: string;
  readonly replacedBy: readonly string[];
  readonly guards?: readonly Guard[];
}
