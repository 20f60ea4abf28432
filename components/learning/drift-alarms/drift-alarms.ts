/**
 * The alarms of one model, as data: for every line of the loop's rules one alarm, and what guards it. Thresholds are not arguments: the rules
 * are the one place that says from where on something is bad, and an alarm that said otherwise would be judged again by the loop.
 */
import { alarmName } from "../../../lambdas/domain/alarm-names";
import { MODEL_METRICS, RULE_METRICS } from "../../../lambdas/domain/model-metrics";
import { EVENT_RULES, MEASURED_RULES, type MeasuredRuleName, type Tier } from "../../../lambdas/domain/rules";
import { wholeNumberFaults } from "../../shared/faults";
import { runbookOf } from "../shared/health-alarms";

/** Who answers for latency and errors, A5 and A6: one of them alone, or every incident would be told twice. */
export enum ServingSignals {
  CloudWatch = "cloudWatch",
  /** Prometheus runs and sends its alerts to the loop's topic. */
  Alertmanager = "alertmanager",
}

type Kind = "drift" | "accuracy" | "serving";

/** Which interval a rule's alarm keeps, and what a missing datapoint means to it. */
const KINDS: Record<keyof typeof RULE_METRICS, Kind> = {
  "data-drift": "drift",
  "prediction-drift": "drift",
  "accuracy-drop": "accuracy",
  "accuracy-floor": "accuracy",
  "accuracy-collapse": "accuracy",
  precision: "accuracy",
  recall: "accuracy",
  latency: "serving",
  "error-rate": "serving",
};

export const TRAFFIC_METRIC = MODEL_METRICS.requests;

/** Below so many requests in five minutes a model counts as not in use. The rules ask for the same evidence of an error rate. */
export const LEAST_TRAFFIC = MEASURED_RULES["error-rate"].fewest;

/**
 * Periods in a row below that before it does. With one, traffic that wavers about the bound makes an edge at each crossing, and each edge of a
 * guarded alarm is a signal of its own: another roll-back, another page.
 */
export const IDLE_PERIODS = 3;

/**
 * A measure that stays as it is where data are missing is believed for so long. Labels come with a day's delay in many places; accuracy of last
 * week must not roll anything back on the first morning with traffic.
 */
export const LONGEST_AGE_HOURS = 24;

/** Minutes between two datapoints. The alarm's period must be the same, or most of its periods would be empty. */
export interface Intervals {
  drift: number;
  accuracy: number;
  serving: number;
}

/** A8 checks drift every hour. */
export const DEFAULT_INTERVALS: Intervals = { drift: 60, accuracy: 15, serving: 5 };

export interface DriftAlarm {
  name: string;
  rule: MeasuredRuleName;
  severity: Tier["severity"];
  description: string;
  metric: string;
  evidence: string;
  fewest: number;
  comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold" | "LessThanOrEqualToThreshold";
  bound: number;
  periodMinutes: number;
  /** All of the last so many: a rule that says "for 30 minutes" says "without a break". */
  datapoints: number;
  /**
   * `ignore`: an hour without labels between two bad ones is no recovery, and a first hour without them no fault. `notBreaching`: no requests,
   * no errors.
   */
  missing: "ignore" | "notBreaching";
  /** Not while nobody uses the model: what it asks for changes traffic at once. */
  guardedByTraffic: boolean;
}

export interface DriftAlarmsShape {
  environment: string;
  model: string;
  servingSignals: ServingSignals;
  intervals: Intervals;
  runbooks?: string | undefined;
}

export function driftAlarms({ environment, model, servingSignals, intervals, runbooks }: DriftAlarmsShape): DriftAlarm[] {
  const sources = Object.entries(KINDS) as [keyof typeof KINDS, Kind][];
  const watched = sources.filter(([, kind]) => kind !== "serving" || servingSignals === ServingSignals.CloudWatch);
  return watched.flatMap(([rule, kind]) => {
    const { metric, evidence } = RULE_METRICS[rule];
    const { tiers, worseWhen, measure, fewest, requirement } = MEASURED_RULES[rule];
    const periodMinutes = intervals[kind];
    return tiers.map((tier): DriftAlarm => {
      const condition = `${tier.boundIsInside ? "from" : worseWhen}-${tier.bound}`;
      const lasting = tier.forMinutes === 0 ? "" : ` for ${tier.forMinutes} minutes`;
      const passed = tier.boundIsInside ? `${tier.bound} or ${worseWhen}` : `${worseWhen} ${tier.bound}`;
      return {
        name: alarmName({ environment, model, rule, condition, severity: tier.severity }),
        ...{ rule, metric, evidence, fewest, periodMinutes, severity: tier.severity, bound: tier.bound },
        description: `${requirement}: ${measure} of ${model} is ${passed}${lasting}. ${runbookOf(rule, runbooks)}`,
        comparison: COMPARISONS[worseWhen][tier.boundIsInside ? "inside" : "outside"],
        datapoints: Math.max(1, Math.ceil(tier.forMinutes / periodMinutes)),
        missing: kind === "serving" ? "notBreaching" : "ignore",
        guardedByTraffic: tier.asks.some(({ kind: ask }) => ask === "roll-back" || ask === "pause"),
      };
    });
  });
}

export interface DataQualityAlarm {
  name: string;
  severity: Tier["severity"];
  description: string;
  metric: string;
}

/**
 * Critical from the first failed check on, and kept until a check passes again. It holds back what drift asks for meanwhile, so whoever measures
 * tells of it before telling of drift, and tells of no drift where it has failed.
 */
export function dataQualityAlarm({
  environment,
  model,
  runbooks,
}: Pick<DriftAlarmsShape, "environment" | "model" | "runbooks">): DataQualityAlarm {
  const { severity, requirement } = EVENT_RULES["data-quality"];
  return {
    name: alarmName({ environment, model, rule: "data-quality", condition: "above-0", severity }),
    description: `${requirement}: checks of the data of ${model} fail: nothing is trained on them. ${runbookOf("data-quality", runbooks)}`,
    ...{ severity, metric: MODEL_METRICS.dataFaults },
  };
}

const COMPARISONS = {
  above: { inside: "GreaterThanOrEqualToThreshold", outside: "GreaterThanThreshold" },
  below: { inside: "LessThanOrEqualToThreshold", outside: "LessThanThreshold" },
} as const;

/** CloudWatch takes periods of whole minutes up to a day (PutMetricAlarm, API reference). */
const INTERVAL = { min: 1, max: 1_440, rule: "CloudWatch looks once a minute at most and once a day at least" };

export function intervalFaults({ drift, accuracy, serving }: Partial<Intervals>): string[] {
  return [
    ...wholeNumberFaults("intervals.drift", drift, INTERVAL),
    ...wholeNumberFaults("intervals.accuracy", accuracy, INTERVAL),
    ...wholeNumberFaults("intervals.serving", serving, INTERVAL),
  ];
}
