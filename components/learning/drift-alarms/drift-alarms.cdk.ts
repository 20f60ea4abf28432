import { Duration, Tags } from "aws-cdk-lib";
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarmAction,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Construct } from "constructs";
import { MODEL_METRICS, MODEL_METRICS_NAMESPACE } from "../../../lambdas/domain/model-metrics";
import { ALARM_TAGS, type AlarmIdentity } from "../../../lambdas/domain/alarm-names";
import { refuseInvalidArguments } from "../../shared/errors";
import { runbookOf } from "../shared/health-alarms";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import {
  dataQualityAlarm,
  DEFAULT_INTERVALS,
  type DriftAlarm,
  driftAlarms,
  intervalFaults,
  type Intervals,
  IDLE_PERIODS,
  LEAST_TRAFFIC,
  LONGEST_AGE_HOURS,
  ServingSignals,
  TRAFFIC_METRIC,
} from "./drift-alarms";

export interface DriftAlarmsProps extends Pick<LoopPartProps, "environment" | "runbooks" | "healthTopic"> {
  readonly model: string;
  /** Who answers for latency and errors. @default ServingSignals.CloudWatch */
  readonly servingSignals?: ServingSignals;
  /** Minutes between two datapoints of each kind of metric. @default - drift 60, accuracy 15, serving 5 */
  readonly intervals?: Partial<Intervals>;
}

/**
 * The alarms of one model: one for each line of the loop's rules, named and tagged so that the loop reads model, rule and severity from it.
 * They tell nobody; the event bus carries each change of state to `AlarmIntake`.
 *
 * Security: reads metrics and holds no data.
 * Cost: 0.20 USD a month for each alarm, of two metrics, 0.10 for each of one, 0.50 for each of two that are guarded: 4.30 USD a model and month in all
 * (us-east-1, AWS price list, 2026-10-01).
 * Replaced when: `environment` or `model` changes, since both are part of the names.
 */
export class DriftAlarms extends Construct {
  /** Names of the alarms that are signals. */
  readonly signals: string[];
  private readonly props: DriftAlarmsProps;

  constructor(scope: Construct, id: string, props: DriftAlarmsProps) {
    refuseInvalidArguments("DriftAlarms", id, intervalFaults(props.intervals ?? {}));
    super(scope, id);
    this.props = props;
    const { environment, model, runbooks, servingSignals = ServingSignals.CloudWatch } = props;
    const intervals = { ...DEFAULT_INTERVALS, ...props.intervals };
    const alarms = driftAlarms({ environment, model, servingSignals, intervals, runbooks });
    const idle = this.idle(intervals.serving);
    for (const facts of alarms) this.tag(facts, facts.guardedByTraffic ? this.guarded(facts, idle) : this.plain(facts, facts.name));
    const broken = this.dataQuality(intervals.drift);
    this.signals = [...alarms.map(({ name }) => name), broken];
    this.heartbeat("Heartbeat", { check: "drift", metric: MODEL_METRICS.driftRows, periodMinutes: intervals.drift });
    this.heartbeat("DataHeartbeat", { check: "data", metric: MODEL_METRICS.dataFaults, periodMinutes: intervals.drift });
  }

  private tag({ rule, severity }: Pick<AlarmIdentity, "rule" | "severity">, alarm: Construct): void {
    const tags = { [ALARM_TAGS.model]: this.props.model, [ALARM_TAGS.rule]: rule, [ALARM_TAGS.severity]: severity };
    for (const [key, value] of Object.entries(tags)) Tags.of(alarm).add(key, value);
  }

  private plain(facts: DriftAlarm, alarmName: string): Alarm {
    return new Alarm(this, facts.rule + facts.severity, {
      alarmName,
      alarmDescription: facts.description,
      metric: this.observed(facts),
      threshold: facts.bound,
      comparisonOperator: ComparisonOperator[OPERATORS[facts.comparison]],
      evaluationPeriods: facts.datapoints,
      datapointsToAlarm: facts.datapoints,
      treatMissingData: facts.missing === "ignore" ? TreatMissingData.IGNORE : TreatMissingData.NOT_BREACHING,
    });
  }

  /** Its parts begin with another word than the environment, so that the event bus does not carry them to the loop as well. */
  private guarded(facts: DriftAlarm, idle: Alarm): CompositeAlarm {
    const measure = this.plain(facts, `part-of-${facts.name}`);
    const guards = facts.missing === "ignore" ? [idle, this.stale(facts)] : [idle];
    return new CompositeAlarm(this, `${facts.rule}${facts.severity}Guarded`, {
      compositeAlarmName: facts.name,
      alarmDescription: facts.description,
      alarmRule: AlarmRule.allOf(
        AlarmRule.fromAlarm(measure, AlarmState.ALARM),
        ...guards.map((guard) => AlarmRule.not(AlarmRule.fromAlarm(guard, AlarmState.ALARM))),
      ),
    });
  }

  /** A measure that outlives missing data would otherwise stay bad until somebody measures again, and go off with the next traffic. */
  private stale({ rule, evidence, periodMinutes }: DriftAlarm): Alarm {
    const { environment, model, runbooks } = this.props;
    return new Alarm(this, `${rule}Stale`, {
      alarmName: `part-of-${environment}-${model}-${rule}-is-old`,
      alarmDescription: `Nothing measured for ${LONGEST_AGE_HOURS} hours: nothing about the traffic of ${model} is decided by it. ${runbookOf(rule, runbooks)}`,
      metric: this.metric(evidence, "SampleCount", periodMinutes),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: Math.max(1, Math.floor((LONGEST_AGE_HOURS * 60) / periodMinutes)),
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  /** Where nobody counts requests, the guard stands open: a missing metric must not silence a roll-back. */
  private idle(periodMinutes: number): Alarm {
    const { environment, model, runbooks } = this.props;
    return new Alarm(this, "Idle", {
      alarmName: `part-of-${environment}-${model}-has-no-traffic`,
      alarmDescription: `Fewer than ${LEAST_TRAFFIC} requests: nothing about the traffic of ${model} is decided. ${runbookOf("error-rate", runbooks)}`,
      metric: this.metric(TRAFFIC_METRIC, "Sum", periodMinutes),
      threshold: LEAST_TRAFFIC,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: IDLE_PERIODS,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** @returns its name */
  private dataQuality(periodMinutes: number): string {
    const facts = dataQualityAlarm(this.props);
    const alarm = new Alarm(this, "DataQuality", {
      ...{ alarmName: facts.name, alarmDescription: facts.description },
      metric: this.metric(facts.metric, "Maximum", periodMinutes),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
    });
    this.tag({ rule: "data-quality", severity: facts.severity }, alarm);
    return facts.name;
  }

  /** A check that has stopped looks exactly like data that are sound, and a model that does not drift. */
  private heartbeat(id: string, { check, metric, periodMinutes }: Heartbeat): void {
    const { environment, model, runbooks, healthTopic } = this.props;
    const alarm = new Alarm(this, id, {
      alarmName: `${environment}-${model}-${check}-check-missing-for-3-checks-warning`,
      alarmDescription: `The last three ${check} checks of ${model} are missing: nobody is looking. ${runbookOf(`${check}-check-missing`, runbooks)}`,
      metric: this.metric(metric, "SampleCount", periodMinutes),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    });
    if (healthTopic === undefined) return;
    const tell: IAlarmAction = new SnsAction(healthTopic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
  }

  /** With less evidence than the rule asks for, there is no value: neither good nor bad. */
  private observed({ metric, evidence, fewest, periodMinutes, comparison }: DriftAlarm): MathExpression {
    const worst = comparison.startsWith("Greater") ? "Maximum" : "Minimum";
    return new MathExpression({
      label: metric,
      expression: `IF(evidence >= ${fewest}, measure)`,
      usingMetrics: {
        measure: this.metric(metric, worst, periodMinutes),
        evidence: this.metric(evidence, evidence === TRAFFIC_METRIC ? "Sum" : "Maximum", periodMinutes),
      },
      period: Duration.minutes(periodMinutes),
    });
  }

  private metric(metricName: string, statistic: string, periodMinutes: number): Metric {
    const { environment, model } = this.props;
    const dimensionsMap = { environment, model };
    return new Metric({
      namespace: MODEL_METRICS_NAMESPACE,
      metricName,
      dimensionsMap,
      statistic,
      period: Duration.minutes(periodMinutes),
    });
  }
}

interface Heartbeat {
  check: "drift" | "data";
  metric: string;
  periodMinutes: number;
}

const OPERATORS = {
  GreaterThanThreshold: "GREATER_THAN_THRESHOLD",
  GreaterThanOrEqualToThreshold: "GREATER_THAN_OR_EQUAL_TO_THRESHOLD",
  LessThanThreshold: "LESS_THAN_THRESHOLD",
  LessThanOrEqualToThreshold: "LESS_THAN_OR_EQUAL_TO_THRESHOLD",
} as const;
