import { LATENCY_BUCKETS_SECONDS, ROUTER_METRICS, stageQueries } from "../../../../lambdas/domain/split/router-metrics";

describe("O2 what the router measures", () => {
  // Buckets that end at 1.0 cannot show a P95 above 1,000 ms: the alarm on it would never fire.
  it("A5 has buckets on both sides of 1,000 ms", () => {
    expect([...LATENCY_BUCKETS_SECONDS].sort((one, other) => one - other)).toEqual([...LATENCY_BUCKETS_SECONDS]);
    expect(LATENCY_BUCKETS_SECONDS.filter((bound) => bound > 1).length).toBeGreaterThan(2);
    expect(LATENCY_BUCKETS_SECONDS).toContain(1);
  });

  it("has one name for each thing, and none of the others", () => {
    const names: string[] = Object.values(ROUTER_METRICS).map(({ name }) => name);
    expect(names).toEqual(["ab_test_predictions_total", "ab_test_prediction_latency_seconds"]);
    const others: string[] = Object.values(ROUTER_METRICS).flatMap(({ insteadOf }) => [...insteadOf]);
    expect(others.filter((other) => names.includes(other))).toEqual([]);
  });

  it("is asked for by release, and by variant where one is named", () => {
    expect(stageQueries({ release: "r42" }, 5)).toEqual({
      requests: 'sum(increase(ab_test_predictions_total{release="r42",outcome=~"ok|error"}[5m]))',
      errorRate:
        '(sum(increase(ab_test_predictions_total{release="r42",outcome="error"}[5m])) or vector(0)) / (sum(increase(ab_test_predictions_total{release="r42",outcome=~"ok|error"}[5m])) > 0)',
      p95Milliseconds: '1000 * histogram_quantile(0.95, sum by (le) (rate(ab_test_prediction_latency_seconds_bucket{release="r42"}[5m])))',
    });
    expect(stageQueries({ release: "r42", variant: "xgboost" }, 15).requests).toBe(
      'sum(increase(ab_test_predictions_total{release="r42",variant="xgboost",outcome=~"ok|error"}[15m]))',
    );
  });
});
