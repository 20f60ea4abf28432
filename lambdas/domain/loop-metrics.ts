/** The metrics that the loop's functions emit about themselves. Alarms on them are made from the same names. */
export const LOOP_METRICS_NAMESPACE = "modelloop";

/** The one dimension that all of them have. A model is not one: with it, 200 models times 18 decisions would be 3,600 metrics to pay for. */
export const LOOP_METRICS_SERVICE = "control-loop";

export const LOOP_METRICS = {
  /** Decisions, refusals among them; has the kind of decision as a second dimension. */
  decisions: "Decisions",
  /** Messages that fit no schema. One is one too many. */
  quarantined: "MessagesQuarantined",
  /** Alarms about models of other loops. No alarm watches it: it is for whoever wonders why an alarm was not answered. */
  foreign: "AlarmsOfOtherLoops",
  /** Notices that were accepted by their channel. */
  delivered: "NoticesDelivered",
  /** Notices that reached nobody, because their channel is not set up or will not take them. */
  undeliverable: "NoticesUndeliverable",
  /** Signals that no message had told of when the sweep found them. */
  recovered: "SignalsRecovered",
  /** Runs that are ended in the ledger without having said what came of them. */
  unexplained: "RunsUnexplained",
} as const;

export type LoopMetric = (typeof LOOP_METRICS)[keyof typeof LOOP_METRICS];
