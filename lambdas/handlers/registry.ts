import { loopPorts } from "../adapters/loop-ports";
import { registryPorts } from "../adapters/mlflow/registry-ports";
import { followTraffic, type FollowAnswer } from "../application/follow-traffic";
import { answerRegistry } from "../application/registry";
import { followRequestSchema } from "../domain/run/steps";
import { readEnvironment } from "../runtime/environment";
import { registryEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";

const loop = once(() => {
  const environment = readEnvironment(registryEnvironmentSchema);
  return { ...loopPorts(environment), ...registryPorts(environment) };
});

/** A run's version: registered as candidate, and at the run's end promoted, rejected or left where it is. Every hour, what serves by now. */
export async function handler(request: unknown): Promise<Awaited<ReturnType<typeof answerRegistry>> | FollowAnswer> {
  const ports = loop();
  return followRequestSchema.safeParse(request).success ? followTraffic(ports) : answerRegistry(request, ports);
}
