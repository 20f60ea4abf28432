import type { Subject } from "./ledger";

export interface RollBackOrder {
  subject: Subject;
  from: string;
  to: string;
  /** Raised before the order was given: whoever still writes traffic with an older one is refused. */
  fence: number;
  /** The roll-out to be stopped. */
  aborts?: string | undefined;
  /** Who gave it by hand: they are told where another order overtakes theirs. */
  user?: string | undefined;
  reason: string;
}

/** The hand on the router. */
export interface TrafficControl {
  /** Returns once the order cannot be lost any more. The same order twice is one roll-back. */
  rollBack(order: RollBackOrder): Promise<void>;
}
