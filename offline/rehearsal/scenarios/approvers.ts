/** People who are asked about a release, and answer as the scenario says; who is not there says nothing. */
import type { ModelSpec } from "../../../lambdas/domain/run/model-spec";
import { functionNamed } from "../wiring/wire";
import type { World } from "../world";
import { ask } from "./happenings";
import type { Loop } from "./loop-assembly";
import type { Scenario } from "./schema";

/** @param spec of the model, whose governance says which role they must have assumed */
export function bringApprovers(world: World, loop: Loop, { approvers }: Scenario, { governance }: ModelSpec): void {
  if (approvers.length === 0) return;
  const asking = functionNamed(loop.assembly, "AskApproval");
  const role = /:role\/(?:.*\/)?([^/]+)$/.exec(governance.approvers[0] ?? "")?.[1];
  world.journal.heard(({ what, about }) => {
    if (what !== "function.returned" || !asking.endsWith(`:${about["function"] as string}`)) return;
    for (const { name, says, after, reason } of approvers) {
      world.time.startAt(world.time.now() + after, async () => {
        for (const run of waiting(world, loop)) await ask(says, name, { run, reason }, { world, loop }, role);
      });
    }
  });
}

function waiting({ stepFunctions }: World, { place }: Loop): string[] {
  const runs = stepFunctions.all().filter(({ machine, status }) => status === "RUNNING" && machine !== place?.rollOutArn);
  return runs.map(({ name }) => name);
}
