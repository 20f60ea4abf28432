/** People who are asked about a release, and answer as the scenario says; who is not there says nothing. */
import type { StatusAnswer } from "../../../lambdas/application/operator";
import type { OpenApproval } from "../../../lambdas/application/operator-approvals";
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
  let questions = 0;
  world.journal.heard(({ what, about }) => {
    if (what !== "function.returned" || !asking.endsWith(`:${about["function"] as string}`)) return;
    questions++;
    for (const { name, says, after, reason, times = Infinity } of approvers) {
      if (questions > times) continue;
      world.time.startAt(world.time.now() + after, async () => {
        for (const { run, question } of await waiting(world, loop)) await ask(says, name, { run, question, reason }, { world, loop }, role);
      });
    }
  });
}

/** What waits, as they read it: a run may ask twice, and an answer must say which question it means. */
async function waiting({ functions, time }: World, { assembly }: Loop): Promise<OpenApproval[]> {
  const userArn = "arn:aws:sts::123456789012:assumed-role/operators/status";
  const requestContext = { http: { method: "GET", path: "/status" }, timeEpoch: time.now(), authorizer: { iam: { userArn } } };
  const outcome = await functions.invoke(functionNamed(assembly, "Operator"), { version: "2.0", requestContext });
  const { body = "{}" } = outcome.kind === "returned" ? ((outcome.value ?? {}) as { body?: string }) : {};
  const { models = [] } = JSON.parse(body) as Partial<StatusAnswer>;
  return models.flatMap(({ approvals = [] }) => approvals);
}
