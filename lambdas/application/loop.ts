/** What the loop's use cases work with. Types only. */
import type { RetrainingLimits } from "../domain/cool-down";
import type { DeclaredModel } from "../domain/declared-models";
import type { Clock } from "../ports/clock";
import type { Ledger } from "../ports/ledger";
import type { Logbook } from "../ports/logbook";
import type { Notifier } from "../ports/notifier";
import type { RetrainingRuns } from "../ports/runs";
import type { TrafficControl } from "../ports/traffic-control";
import type { WaitingTasks } from "../ports/waiting-tasks";
import type { WakeUps } from "../ports/wake-ups";

export interface Loop {
  environment: string;
  models: readonly DeclaredModel[];
  ledger: Ledger;
  notifier: Notifier;
  logbook: Logbook;
  clock: Clock;
}

export interface RetrainingLoop extends Loop {
  limits: RetrainingLimits;
  leaseHours: number;
  runs: RetrainingRuns;
  wakeUps: WakeUps;
}

export interface SignalLoop extends RetrainingLoop {
  /** Absent where the loop has no roll-outs. */
  traffic?: TrafficControl | undefined;
}

/** What people may ask of: beside all that a signal may do, to answer a run that waits for them. */
export interface OperatorLoop extends SignalLoop {
  tasks: WaitingTasks;
}

export interface Message {
  id: string;
  body: string;
}
