import { logger } from "./telemetry";

export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** Whatever goes wrong inside is told to the log, not to the caller: a message of ours may hold more than the caller may see. */
export async function answerHttp(answer: () => Promise<{ status: number; body: object }>): Promise<HttpAnswer> {
  const { status, body } = await answer().catch((error: unknown) => {
    logger.error("the request could not be answered", { error: error as Error });
    return { status: 500, body: { faults: ["the loop could not answer; its log says why: ask again"] } };
  });
  return { statusCode: status, headers: { "content-type": "application/json", "cache-control": "no-store" }, body: JSON.stringify(body) };
}
