/** What is at the door through which people and CI reach the loop. */
export { OPERATOR_ROUTES } from "../../../lambdas/domain/messages/operator-request";

/** A person clicks, CI asks once a minute: more is a script gone wild, and each request reads the ledger. */
export const REQUESTS = { perSecond: 5, burst: 10 } as const;

/** One JSON line for each request: who, what, how it ended. HTTP API developer guide, "Customize access logs". */
export const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  route: "$context.routeKey",
  path: "$context.path",
  status: "$context.status",
  caller: "$context.identity.userArn",
  sourceIp: "$context.identity.sourceIp",
  error: "$context.error.message",
});
