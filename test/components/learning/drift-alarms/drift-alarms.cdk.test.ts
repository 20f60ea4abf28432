import { Topic } from "aws-cdk-lib/aws-sns";
import { ServingSignals } from "../../../../components/learning/drift-alarms/drift-alarms";
import { DriftAlarms, type DriftAlarmsProps } from "../../../../components/learning/drift-alarms/drift-alarms.cdk";
import { ofType, synthesised, type SynthesisedTemplate } from "../shared/synthesis";

function synthesise(props: Partial<DriftAlarmsProps> = {}): SynthesisedTemplate {
  return synthesised((stack) => {
    const healthTopic = new Topic(stack, "People");
    new DriftAlarms(stack, "Alarms", { environment: "dev", model: "log-anomaly", healthTopic, ...props });
  }).template;
}

const template = synthesise();

function alarm(name: string): Record<string, unknown> {
  const types = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"];
  const found = types.flatMap((type) => ofType(template, type)).find(({ Properties }) => Properties["AlarmName"] === name);
  if (found === undefined) throw new Error(`no alarm ${name}`);
  return found.Properties;
}

test("A1 the alarm on critical drift, whole", () => {
  const dimensions = [
    { Name: "environment", Value: "dev" },
    { Name: "model", Value: "log-anomaly" },
  ];
  const stat = (Id: string, MetricName: string) => ({
    ...{ Id, ReturnData: false },
    MetricStat: { Metric: { Dimensions: dimensions, MetricName, Namespace: "modelloop/models" }, Period: 3_600, Stat: "Maximum" },
  });
  expect(alarm("dev-log-anomaly-data-drift-above-0.3-critical")).toEqual({
    AlarmName: "dev-log-anomaly-data-drift-above-0.3-critical",
    AlarmDescription: "A1: psi of the worst feature of log-anomaly is above 0.3 for 60 minutes. Runbook: docs/runbooks/data-drift.md",
    ComparisonOperator: "GreaterThanThreshold",
    DatapointsToAlarm: 1,
    EvaluationPeriods: 1,
    Threshold: 0.3,
    TreatMissingData: "ignore",
    Metrics: [
      { Expression: "IF(evidence >= 500, measure)", Id: "expr_1", Label: "model_drift_psi", ReturnData: true },
      stat("measure", "model_drift_psi"),
      stat("evidence", "model_drift_rows"),
    ],
    Tags: [
      { Key: "modelloop:model", Value: "log-anomaly" },
      { Key: "modelloop:rule", Value: "data-drift" },
      { Key: "modelloop:severity", Value: "critical" },
    ],
  });
});

// A model that nobody uses any more has no accuracy, and must not be rolled back for it.
test("A4 a roll-back needs traffic, and where traffic is not counted, the guard stands open", () => {
  const idOf = (name: string) => Object.keys(template.Resources).find((id) => template.Resources[id]?.Properties?.["AlarmName"] === name);
  const arn = (name: string) => ({ "Fn::GetAtt": [idOf(name), "Arn"] });
  const not = '") AND (NOT (ALARM("';
  expect(alarm("dev-log-anomaly-accuracy-floor-below-0.85-critical")["AlarmRule"]).toEqual({
    "Fn::Join": [
      "",
      [
        ...[
          '(ALARM("',
          arn("part-of-dev-log-anomaly-accuracy-floor-below-0.85-critical"),
          not,
          arn("part-of-dev-log-anomaly-has-no-traffic"),
        ],
        ...['"))) AND (NOT (ALARM("', arn("part-of-dev-log-anomaly-accuracy-floor-is-old"), '"))))'],
      ],
    ],
  });
  expect(JSON.stringify(alarm("dev-log-anomaly-error-rate-above-0.05-critical")["AlarmRule"])).not.toContain("Stale");
  expect(alarm("part-of-dev-log-anomaly-has-no-traffic")).toMatchObject({ Threshold: 100, TreatMissingData: "notBreaching" });
});

// Traffic that wavers about 100 requests made a critical edge at each crossing, and each edge is a signal: another roll-back, another page.
test("A4 A6 a model counts as not in use only after three quiet periods in a row", () => {
  expect(alarm("part-of-dev-log-anomaly-has-no-traffic")).toMatchObject({ EvaluationPeriods: 3, Period: 300 });
});

// Accuracy of last week, kept because nobody has labelled since, rolled back on the first morning with traffic.
test("A4 a measure of more than a day ago rolls nothing back", () => {
  expect(alarm("part-of-dev-log-anomaly-accuracy-floor-is-old")).toMatchObject({
    ...{
      EvaluationPeriods: 96,
      Period: 900,
      MetricName: "model_labels",
      Statistic: "SampleCount",
      Threshold: 1,
      TreatMissingData: "breaching",
    },
  });
});

// No alarm made the signal, so broken data were never told by CloudWatch, and the loop trained on them.
test("A3 failing checks of the data are a signal of their own, kept until a check passes", () => {
  expect(alarm("dev-log-anomaly-data-quality-above-0-critical")).toMatchObject({
    ...{ MetricName: "model_data_faults", Statistic: "Maximum", Period: 3_600, Threshold: 0, ComparisonOperator: "GreaterThanThreshold" },
    ...{ TreatMissingData: "ignore", AlarmDescription: expect.stringMatching(/Runbook: docs\/runbooks\/data-quality\.md$/) as string },
    Tags: expect.arrayContaining([{ Key: "modelloop:rule", Value: "data-quality" }]) as unknown,
  });
  expect(alarm("dev-log-anomaly-data-check-missing-for-3-checks-warning")).toMatchObject({
    ...{ EvaluationPeriods: 3, MetricName: "model_data_faults", Statistic: "SampleCount", TreatMissingData: "breaching" },
    AlarmActions: [{ Ref: expect.stringContaining("People") as string }],
  });
});

// A drift check that has stopped looks exactly like a model that does not drift.
test("A8 missing drift checks raise an alarm that tells people", () => {
  expect(alarm("dev-log-anomaly-drift-check-missing-for-3-checks-warning")).toMatchObject({
    ...{ EvaluationPeriods: 3, Period: 3_600, Statistic: "SampleCount", Threshold: 1, TreatMissingData: "breaching" },
    AlarmActions: [{ Ref: expect.stringContaining("People") as string }],
  });
});

test("R8 with Alertmanager two alarms fewer are made, and a guard remains for A4", () => {
  const names = (given: SynthesisedTemplate) =>
    ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"].flatMap((type) =>
      ofType(given, type).map(({ Properties }) => Properties["AlarmName"]),
    );
  expect(names(template).length - names(synthesise({ servingSignals: ServingSignals.Alertmanager })).length).toBe(3);
});

test("the link to a runbook begins where the docs are published", () => {
  const published = synthesise({ runbooks: "https://git.example.com/ml/" });
  const descriptions = ofType(published, "AWS::CloudWatch::Alarm").map(({ Properties }) => String(Properties["AlarmDescription"]));
  expect(descriptions.filter((text) => !/ Runbook: https:\/\/git\.example\.com\/ml\/docs\/runbooks\/[a-z-]+\.md$/.test(text))).toEqual([]);
});
