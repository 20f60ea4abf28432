/** What Step Functions tells of a machine's executions: the newest first, page by page (API reference, "ListExecutions"). */
import type { Json } from "../../engine/recording";
import { ServiceRefusal } from "../outside/exchange";
import type { Started, Status } from "./step-functions";

export interface ExecutionsPage {
  statusFilter?: Status;
  maxResults?: number;
  nextToken?: string;
}

/** What 0 means as well. */
const LISTED_AT_ONCE = 100;
const TOKEN = /^page-(\d+)$/;

/** @param all of one machine, oldest first. @throws ServiceRefusal for a token that was not given out */
export function pageOfExecutions(all: readonly Readonly<Started>[], { statusFilter, maxResults, nextToken }: ExecutionsPage): Json {
  const from = nextToken === undefined ? 0 : Number(TOKEN.exec(nextToken)?.[1]);
  if (!Number.isInteger(from)) throw new ServiceRefusal("InvalidToken", `Invalid Token: '${nextToken}'`);
  const until = from + (maxResults || LISTED_AT_ONCE);
  const found = all.filter(({ status }) => statusFilter === undefined || status === statusFilter).reverse();
  const executions = found.slice(from, until).map(({ arn, name, machine, status, startedAt, endedAt }) => ({
    ...{ executionArn: arn, stateMachineArn: machine, name, status, startDate: startedAt / 1_000 },
    ...(endedAt !== undefined && { stopDate: endedAt / 1_000 }),
  }));
  return { executions, ...(until < found.length && { nextToken: `page-${until}` }) };
}
