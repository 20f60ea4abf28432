import { loopPorts } from "../adapters/loop-ports";
import { registryPorts } from "../adapters/mlflow/registry-ports";
import { answerRegistry } from "../application/registry";
import { readEnvironment } from "../runtime/environment";
import { registryEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";

const loop = once(() => {
  const environment = readEnvironment(registryEnvironmentSchema);
  return { ...loopPorts(environment), ...registryPorts(environment) };
});

/** A run's version: registered as candidate, and at the run's end promoted, rejected or left where it is. */
export async function handler(request: unknown): ReturnType<typeof answerRegistry> {
  return answerRegistry(request, loop());
}
