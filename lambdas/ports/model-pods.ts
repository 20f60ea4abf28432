/** Pods, asked one by one at their own addresses: a Service would answer for all of them with one. Types only. */
import type { Answers } from "../domain/packages/parity";

export type Answered<Value> = { kind: "answered"; value: Value } | { kind: "silent"; reason: string };

export interface Rows {
  /** Row after row. */
  values: Float32Array;
  features: number;
  count: number;
}

export interface ModelPods {
  /** Generation of the split that a router's pod runs. */
  generationOf(address: string): Promise<Answered<number>>;
  isReady(address: string, model: string): Promise<boolean>;
  /** What a model server's pod answers by the contract; silent where it answers otherwise, or with a fault. */
  infer(address: string, model: string, rows: Rows): Promise<Answered<Answers>>;
}
