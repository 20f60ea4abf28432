import { loopPorts } from "../adapters/loop-ports";
import { askApproval } from "../application/ask-approval";
import { readEnvironment } from "../runtime/environment";
import { askApprovalEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";

const loop = once(() => loopPorts(readEnvironment(askApprovalEnvironmentSchema)));

/** A run or its roll-out that waits for people, under its task's token; who answers it is the operator's function. */
export async function handler(request: unknown): Promise<{ until: string }> {
  return askApproval(request, loop());
}
