import { loopPorts } from "../adapters/loop-ports";
import { tellSummary } from "../application/daily-summary";
import { summaryRequestSchema } from "../domain/summary";
import { readEnvironment } from "../runtime/environment";
import { dailySummaryEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";

const loop = once(() => loopPorts(readEnvironment(dailySummaryEnvironmentSchema)));

/** Once a day and once a week, by schedules that say which. */
export async function handler(event: unknown): Promise<void> {
  const ports = loop();
  await tellSummary(summaryRequestSchema.parse(event).period, ports);
}
