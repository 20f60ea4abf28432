import { ACCESS_LOG_FORMAT, OPERATOR_ROUTES } from "../../../../components/learning/operator/operator";

// An access log without the caller cannot say who tried what was refused.
test("I12 the access log names the caller, the route and how it ended", () => {
  expect(JSON.parse(ACCESS_LOG_FORMAT)).toMatchObject({
    caller: "$context.identity.userArn",
    route: "$context.routeKey",
    status: "$context.status",
  });
});

test("C5 looking is done by GET, changing by POST, so that IAM can allow one without the other", () => {
  expect(OPERATOR_ROUTES.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /status",
    "GET /history/{model}",
    "POST /retrain",
    "POST /stop",
    "POST /resume",
    "POST /approve",
    "POST /reject",
    "POST /roll-back",
    "POST /pause",
    "POST /continue",
  ]);
});
