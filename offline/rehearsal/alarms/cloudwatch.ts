/** CloudWatch: series of measurements, the alarms on them, and the events that tell of their changes. */
import type { Json } from "../../engine/recording";
import type { Journal } from "../journal";
import { jsonService, NotRehearsedError, type OutsideService } from "../outside/exchange";
import { arnOf, nameIn } from "../standins/arns";
import type { Destinations } from "../standins/destinations";
import type { EventBridge } from "../standins/event-bridge";
import type { MetricDataRequest } from "../standins/stage-metrics";
import type { VirtualTime } from "../virtual-time";
import { type AlarmState, compositeRule, judge, type MetricAlarm, metricMath, type SeriesIdentity, statistic } from "./alarm";

export interface AlarmActions {
  readonly alarm: readonly string[];
  readonly ok: readonly string[];
}

interface Watched {
  readonly name: string;
  readonly actions: AlarmActions;
  readonly metric?: MetricAlarm;
  readonly rule?: string;
  state: AlarmState;
  since: number;
  reason: string;
  reasonData?: string;
}

interface Datapoint {
  readonly at: number;
  readonly value: number;
}

export class CloudWatch {
  private readonly alarms = new Map<string, Watched>();
  private readonly series = new Map<string, Datapoint[]>();
  private readonly probes: (() => void)[] = [];
  /** Answers questions about what no alarm watches. */
  metricData: (given: MetricDataRequest) => object = () => {
    throw new NotRehearsedError("monitoring GetMetricData");
  };

  constructor(
    private readonly time: VirtualTime,
    private readonly journal: Journal,
    private readonly bus: EventBridge,
    private readonly destinations: Destinations,
  ) {}

  /** Asked just before alarms are judged: for metrics that services publish about themselves. */
  probe(measure: () => void): void {
    this.probes.push(measure);
  }

  put(series: SeriesIdentity, value: number): void {
    const key = keyOf(series);
    const datapoints = this.series.get(key) ?? [];
    datapoints.push({ at: this.time.now(), value });
    this.series.set(key, datapoints);
  }

  declareMetricAlarm(metric: MetricAlarm, actions: AlarmActions): void {
    this.alarms.set(metric.name, this.unknown({ name: metric.name, actions, metric }));
  }

  declareCompositeAlarm(name: string, rule: string, actions: AlarmActions): void {
    this.alarms.set(name, this.unknown({ name, actions, rule }));
  }

  /** Judges all alarms at the end of each of their periods, until the instant. To be called once everything is declared. */
  watch(until: number): void {
    const periods = [...this.alarms.values()].flatMap(({ metric }) => (metric === undefined ? [] : [metric.periodSeconds * 1_000]));
    if (periods.length === 0) return;
    const step = Math.min(...periods);
    const tick = (at: number): void => {
      if (at > until) return;
      this.time.startAt(at, () => {
        tick(at + step);
        return Promise.resolve(this.judgeAll(at));
      });
    };
    tick(Math.ceil((this.time.now() + 1) / step) * step);
  }

  state(name: string): AlarmState | undefined {
    return this.alarms.get(name)?.state;
  }

  get names(): string[] {
    return [...this.alarms.keys()];
  }

  get service(): OutsideService {
    return jsonService("monitoring", {
      GetMetricData: (given: MetricDataRequest) => this.metricData(given),
      DescribeAlarms: ({ AlarmNamePrefix = "", StateValue }: { AlarmNamePrefix?: string; StateValue?: string }) => {
        const found = [...this.alarms.values()].filter(
          ({ name, state }) => name.startsWith(AlarmNamePrefix) && (StateValue === undefined || state === StateValue),
        );
        return {
          MetricAlarms: found.filter(({ metric }) => metric !== undefined).map(described),
          CompositeAlarms: found.filter(({ rule }) => rule !== undefined).map(described),
        };
      },
    });
  }

  private judgeAll(at: number): void {
    for (const measure of this.probes) measure();
    for (const alarm of this.alarms.values()) {
      if (alarm.metric !== undefined && at % (alarm.metric.periodSeconds * 1_000) === 0) this.judgeMetric(alarm, alarm.metric, at);
    }
    for (const alarm of this.alarms.values()) {
      if (alarm.rule === undefined) continue;
      const fires = compositeRule(alarm.rule, (state, arn) => this.alarms.get(nameIn(arn))?.state === state);
      this.change(alarm, fires ? "ALARM" : "OK", `its rule is ${fires ? "" : "not "}met`, []);
    }
  }

  private judgeMetric(alarm: Watched, metric: MetricAlarm, at: number): void {
    const period = metric.periodSeconds * 1_000;
    const ends = Array.from({ length: metric.evaluationPeriods }, (_, index) => at - (metric.evaluationPeriods - 1 - index) * period);
    const values = ends.map((end) => this.valueOf(metric, end - period, end));
    const { state, datapoints } = judge(metric, values, alarm.state);
    const shown = datapoints.map((value) => Math.round(value * 10_000) / 10_000);
    this.change(alarm, state, reasonOf(metric, state, shown), shown);
  }

  private valueOf({ series, expression }: MetricAlarm, from: number, to: number): number | undefined {
    const values = series.map((each) => [each.id, statistic(each.statistic, this.measured(each, from, to))] as const);
    return metricMath(expression, Object.fromEntries(values));
  }

  /** Read from the newest backwards: whoever asks wants the last few of some thousands. */
  private measured(series: SeriesIdentity, from: number, to: number): number[] {
    const datapoints = this.series.get(keyOf(series)) ?? [];
    const found: number[] = [];
    for (let index = datapoints.length - 1; index >= 0; index--) {
      const { at, value } = datapoints[index] as Datapoint;
      if (at < from) break;
      if (at < to) found.push(value);
    }
    return found;
  }

  private change(alarm: Watched, state: AlarmState, reason: string, recentDatapoints: readonly number[]): void {
    if (state === alarm.state) return;
    const { name, state: before, actions, rule } = alarm;
    const timestamp = new Date(this.time.now()).toISOString().replace("Z", "+0000");
    const data: { reasonData?: string } = rule === undefined ? { reasonData: JSON.stringify({ recentDatapoints }) } : {};
    Object.assign(alarm, { state, reason, since: this.time.now(), ...data });
    this.journal.note("cloudwatch", "alarm.changed", { alarm: name, from: before, to: state, reason });
    const detail: Json = {
      alarmName: name,
      state: { value: state, reason, timestamp, ...(data as { [key: string]: Json }) },
      previousState: { value: before },
    };
    this.bus.put({
      ...{ source: "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", resources: [arnOf("cloudwatch", `alarm:${name}`)] },
      detail,
    });
    const told = { ALARM: actions.alarm, OK: actions.ok, INSUFFICIENT_DATA: [] }[state];
    const message = { AlarmName: name, NewStateValue: state, OldStateValue: before, NewStateReason: reason, StateChangeTime: timestamp };
    for (const arn of told) this.destinations.deliver(arn, message);
  }

  private unknown(declared: Pick<Watched, "name" | "actions" | "metric" | "rule">): Watched {
    return { ...declared, state: "INSUFFICIENT_DATA", since: this.time.now(), reason: "Unchecked: Initial alarm creation" };
  }
}

const WORDS: Record<string, string> = {
  GreaterThanThreshold: "greater than",
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

/** As CloudWatch words it: people read it in the notice. */
function reasonOf({ comparison, threshold }: MetricAlarm, state: AlarmState, values: readonly number[]): string {
  if (values.length === 0) return `Threshold Crossed: no datapoints were received, which is treated as ${state}`;
  const count = values.length === 1 ? "1 datapoint" : `${values.length} datapoints`;
  const verb = values.length === 1 ? "was" : "were";
  const not = state === "ALARM" ? "" : "not ";
  return `Threshold Crossed: ${count} [${values.join(", ")}] ${verb} ${not}${WORDS[comparison] ?? comparison} the threshold (${threshold})`;
}

function described({ name, state, reason, reasonData, since }: Watched) {
  const times = { StateUpdatedTimestamp: since / 1_000, StateTransitionedTimestamp: since / 1_000 };
  return { AlarmName: name, StateValue: state, StateReason: reason, StateReasonData: reasonData, ...times };
}

const keys = new WeakMap<SeriesIdentity, string>();

function keyOf(series: SeriesIdentity): string {
  const known = keys.get(series);
  if (known !== undefined) return known;
  const sorted = Object.entries(series.dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
  const key = JSON.stringify([series.namespace, series.name, sorted]);
  keys.set(series, key);
  return key;
}
