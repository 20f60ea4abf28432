import { operatorPorts } from "../adapters/loop-ports";
import { answerOperator } from "../application/operator";
import { readOperatorRequest } from "../domain/messages/operator-request";
import { readEnvironment } from "../runtime/environment";
import { answerHttp, type HttpAnswer } from "../runtime/http-answer";
import { operatorEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";

const loop = once(() => operatorPorts(readEnvironment(operatorEnvironmentSchema)));

/** People and CI, over an HTTP endpoint that IAM has authorised. */
export async function handler(event: unknown): Promise<HttpAnswer> {
  const ports = loop();
  const read = readOperatorRequest(event);
  return answerHttp(async () =>
    read.kind === "request" ? answerOperator(read.request, ports) : { status: read.status, body: { faults: read.faults } },
  );
}
