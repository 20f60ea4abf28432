/** What one run is told. Types only. */
import type { CallModel } from "./models/model";
import type { Mode } from "./recording";

export interface RunSettings {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  readonly mode: Mode;
  /** Folder of the program: source lines are given relative to it, and its SDK packages are asked for declared outputs. */
  readonly root: string;
  /** `namespace:key` → value, as Pulumi hands it over: objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Answers to look-ups beside, and before, the engine's own table; keyed by token (`aws:ec2/getVpc:getVpc`). */
  readonly answers: Readonly<Record<string, CallModel>>;
}
