/** What an update would do to what stands there, and what helps. */

export enum DangerKind {
  /** No longer in the program. */
  Deleted = "deleted",
  /** A component stands under another URN, and with it all that it holds. */
  Renamed = "renamed",
  Replaced = "replaced",
  /** `protect` or `retainOnDelete` is taken away. */
  Unprotected = "unprotected",
  /** A setting that keeps data is taken back. */
  Weakened = "weakened",
}

export interface Danger {
  readonly kind: DangerKind;
  /** Name of the resource, by which a change is accepted; `stack/LogicalId` in a template. */
  readonly resource: string;
  readonly type: string;
  /** Absent for what stands in a template. */
  readonly urn?: string;
  /** What would happen, why, and the cure: one sentence. */
  readonly says: string;
}

export interface Comparison {
  readonly dangers: readonly Danger[];
  /** Properties that would replace if they changed, of which only the cloud knows the value. */
  readonly unknown: readonly { readonly resource: string; readonly property: string }[];
}
