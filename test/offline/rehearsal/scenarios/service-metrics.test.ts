/** Alarms on what AWS publishes by itself. Without it nobody is woken in a rehearsal by a machine that fails, and nobody would see that nobody is. */
import { metricMath } from "../../../../offline/rehearsal/alarms/alarm";
import { CALM } from "../../../../offline/rehearsal/outside/weather";
import { measureServices } from "../../../../offline/rehearsal/scenarios/service-metrics";
import { arnOf } from "../../../../offline/rehearsal/standins/arns";
import { World } from "../../../../offline/rehearsal/world";

const STARTS = Date.parse("2026-03-02T08:00:00Z");
const MACHINE = arnOf("states", "stateMachine:roll-out");
const ALARM = "dev-loop-roll-back-failed-above-0-critical";

function watched(expression: string): World {
  const world = new World({ starts: STARTS, seed: 1, weather: CALM });
  world.stepFunctions.declare({ arn: MACHINE, definition: { StartAt: "F", States: { F: { Type: "Fail", Error: "RollBackFailed" } } } });
  measureServices(world);
  const series = Object.entries({ failed: "ExecutionsFailed", timedOut: "ExecutionsTimedOut" }).map(([id, name]) => ({
    ...{ id, name, namespace: "AWS/States", statistic: "Sum", dimensions: { StateMachineArn: MACHINE } },
  }));
  const rule = { periodSeconds: 300, evaluationPeriods: 1, datapointsToAlarm: 1, comparison: "GreaterThanThreshold", threshold: 0 };
  world.cloudWatch.declareMetricAlarm({ name: ALARM, ...rule, treatMissing: "notBreaching", series, expression }, { alarm: [], ok: [] });
  world.cloudWatch.watch(STARTS + 900_000);
  world.stepFunctions.start(MACHINE, {}, "run-1");
  return world;
}

it("a machine that fails raises the alarm on its failures, and one that nothing happens to ends it", async () => {
  const world = watched("SUM([FILL(failed, 0), FILL(timedOut, 0)])");
  // Published within the minutes that follow, as it is by AWS.
  await world.runUntil(STARTS + 600_000);
  expect(world.cloudWatch.state(ALARM)).toBe("ALARM");
  await world.runUntil(STARTS + 900_000);
  expect(world.cloudWatch.state(ALARM)).toBe("OK");
});

// The alarm of a roll-back that failed summed two metrics, of which the other is never there: it could not go off.
it("a sum of what is not there is nothing, unless it is filled", () => {
  const filled = "SUM([FILL(failed, 0), FILL(timedOut, 0)])";
  expect([metricMath(filled, { failed: 1 }), metricMath(filled, {}), metricMath("failed - timedOut", { failed: 1 })]).toEqual([
    1,
    0,
    undefined,
  ]);
  expect(() => metricMath("failed + timedOut", { failed: 1, timedOut: 0 })).toThrow("the metric math failed + timedOut");
});
