import { cloudWatchAlarms } from "../adapters/cloudwatch";
import { signalPorts } from "../adapters/loop-ports";
import { sweep } from "../application/sweep";
import { readEnvironment } from "../runtime/environment";
import { sweepEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";

const loop = once(() => ({ ...signalPorts(readEnvironment(sweepEnvironmentSchema)), alarms: cloudWatchAlarms() }));

/** Every hour, whatever the event says. */
export async function handler(): Promise<void> {
  const ports = loop();
  await sweep(ports);
}
