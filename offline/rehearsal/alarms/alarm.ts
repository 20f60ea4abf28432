/** Alarms as CloudFormation declares them, and what a series of measurements makes of them. Pure. */
import { NotRehearsedError } from "../outside/exchange";

export interface SeriesIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MeasuredSeries extends SeriesIdentity {
  readonly id: string;
  readonly statistic: string;
}

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export interface MetricAlarm {
  readonly name: string;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly comparison: string;
  readonly threshold: number;
  readonly treatMissing: string;
  readonly series: readonly MeasuredSeries[];
  /** Over the ids of the series. */
  readonly expression: string;
}

export interface Judgement {
  readonly state: AlarmState;
  readonly datapoints: readonly number[];
}

const COMPARISONS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * M out of N, with missing data as the alarm says (CloudWatch user guide, "Configuring how alarms treat missing data", read 2026-11).
 *
 * @param values of the last N periods, oldest first; undefined where nothing was measured
 */
export function judge(alarm: MetricAlarm, values: readonly (number | undefined)[], before: AlarmState): Judgement {
  const passes = COMPARISONS[alarm.comparison];
  if (passes === undefined) throw new NotRehearsedError(`alarms that compare with ${alarm.comparison}`);
  const datapoints = values.filter((value) => value !== undefined);
  const missing = values.length - datapoints.length;
  const breaching =
    datapoints.filter((value) => passes(value, alarm.threshold)).length + (alarm.treatMissing === "breaching" ? missing : 0);
  if (breaching >= alarm.datapointsToAlarm) return { state: "ALARM", datapoints };
  if (datapoints.length === 0 && alarm.treatMissing === "ignore") return { state: before, datapoints };
  if (datapoints.length === 0 && alarm.treatMissing === "missing") return { state: "INSUFFICIENT_DATA", datapoints };
  // What is ignored may yet turn out to breach: the state stays where the rest does not decide it.
  if (alarm.treatMissing === "ignore" && breaching + missing >= alarm.datapointsToAlarm) return { state: before, datapoints };
  return { state: "OK", datapoints };
}

/** Of the values of one period; undefined where one of them is missing. */
export function metricMath(expression: string, values: Readonly<Record<string, number | undefined>>): number | undefined {
  const value = (id: string): number | undefined => (/^\d/.test(id) ? Number(id) : values[id]);
  const [, left = "", bound = "", result = ""] = /^IF\((\w+) >= ([\d.]+), (\w+)\)$/.exec(expression) ?? [];
  if (left !== "") {
    const given = value(left);
    return given === undefined || given < Number(bound) ? undefined : value(result);
  }
  const [, from, taken] = /^(\w+) - (\w+)$/.exec(expression) ?? [];
  if (from !== undefined && taken !== undefined) {
    const [whole, part] = [value(from), value(taken)];
    return whole === undefined || part === undefined ? undefined : whole - part;
  }
  const [, listed] = /^SUM\(\[(FILL\(\w+, 0\)(?:, FILL\(\w+, 0\))*)\]\)$/.exec(expression) ?? [];
  if (listed !== undefined) return [...listed.matchAll(/FILL\((\w+), 0\)/g)].reduce((sum, [, id = ""]) => sum + (value(id) ?? 0), 0);
  if (!/^\w+$/.test(expression)) throw new NotRehearsedError(`the metric math ${expression}`);
  return value(expression);
}

const STATISTICS: Record<string, (values: readonly number[]) => number> = {
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  SampleCount: (values) => values.length,
};

export function statistic(name: string, values: readonly number[]): number | undefined {
  const known = STATISTICS[name];
  if (known === undefined) throw new NotRehearsedError(`the statistic ${name}`);
  return values.length === 0 ? undefined : known(values);
}

/** `(ALARM("arn") AND (NOT (ALARM("arn"))))`, as CDK writes composite rules. */
export function compositeRule(rule: string, isIn: (state: AlarmState, alarm: string) => boolean): boolean {
  const tokens = rule.match(/\(|\)|"[^"]*"|\w+/g) ?? [];
  let next = 0;
  const refuse = (): never => {
    throw new NotRehearsedError(`the alarm rule ${rule}`);
  };
  const term = (): boolean => {
    const token = tokens[next++];
    if (token === "NOT") return !term();
    if (token === "(") {
      const value = either();
      return tokens[next++] === ")" ? value : refuse();
    }
    if (token !== "ALARM" && token !== "OK" && token !== "INSUFFICIENT_DATA") return refuse();
    const [open, alarm = "", close] = tokens.slice(next, (next += 3));
    return open === "(" && close === ")" ? isIn(token, alarm.slice(1, -1)) : refuse();
  };
  const both = (): boolean => {
    let value = term();
    while (tokens[next] === "AND") {
      next++;
      value = term() && value;
    }
    return value;
  };
  const either = (): boolean => {
    let value = both();
    while (tokens[next] === "OR") {
      next++;
      value = both() || value;
    }
    return value;
  };
  const value = either();
  return next === tokens.length ? value : refuse();
}
