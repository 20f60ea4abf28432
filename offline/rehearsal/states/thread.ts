/** One line of states: the machine's own, a branch's, or an iteration's. Types only. */
import type { Json } from "../../engine/recording";
import type { Ending } from "./ending";

export type Variables = Record<string, Json>;

/**
 * How far a line has come. A redrive goes on from here: with the state that had not been left, and of branches and iterations only with those
 * that had not succeeded (AWS, "Restarting state machine executions with redrive").
 */
export interface Progress {
  at?: { readonly state: string; readonly input: Json; readonly variables: Variables };
  done?: { readonly output: Json };
  inner?: Progress[];
}

export interface Thread {
  /** Of what is outside: seen here, and not changed from here. */
  readonly variables: Variables;
  /** `Map` of the context object. */
  readonly context: object;
  readonly ending: Ending;
  readonly progress: Progress;
}
