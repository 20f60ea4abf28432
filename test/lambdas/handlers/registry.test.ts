import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { handler } from "../../../lambdas/handlers/registry";
import { runPlan } from "../domain/run/examples";
import { FakeAws, outputOf } from "../support/fake-aws";

const CHAMPION = { name: "log-anomaly", version: "8", creation_timestamp: 1_772_460_900_000, source: "s3://a/", tags: [] as object[] };

/** Two of MLflow's answers, as it gives them. */
const ANSWERS: Record<string, object> = {
  "model-versions/get": { model_version: CHAMPION },
  "registered-models/get": { registered_model: { name: "log-anomaly", aliases: [{ alias: "champion", version: "8" }] } },
};

let aws: FakeAws;
let mlflow: http.Server;
const asked: { path: string; authorization: string | undefined }[] = [];
beforeAll(async () => {
  mlflow = http.createServer(({ url = "", headers: { authorization } }, response) => {
    const path = url.replace(/^\/api\/2\.0\/mlflow\//, "").replace(/\?.*/, "");
    asked.push({ path, authorization });
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(ANSWERS[path] ?? {}));
  });
  mlflow.listen(0, "127.0.0.1");
  await once(mlflow, "listening");
  const MLFLOW_URL = `http://127.0.0.1:${(mlflow.address() as AddressInfo).port}`;
  const arn = "arn:aws:sagemaker:eu-west-1:123456789012:mlflow-app/app-1";
  aws = await FakeAws.start({ MLFLOW_URL, MLFLOW_SERVER_ARN: arn });
});
afterAll(async () => {
  mlflow.closeAllConnections();
  mlflow.close();
  await aws.stop();
});

it("M1 R9 the registry's function asks MLflow in the way that its environment says, and tells what does not fit", async () => {
  const plan = runPlan();
  const registered = { version: "8", semanticVersion: "1.5.0", release: plan.release };
  let answer: unknown;
  const lines = await outputOf(async () => {
    answer = await handler({ do: "close", plan, registered, outcome: "rejected", reason: "a person refused it" });
  });
  // Its tags are not a loop's: somebody has made it by hand.
  expect(answer).toMatchObject({ kind: "refused" });
  expect(asked.map(({ path }) => path)).toEqual(["model-versions/get", "registered-models/get"]);
  expect(asked[0]?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIASTANDIN\/\d{8}\/eu-west-1\/sagemaker\/aws4_request, /);
  expect(JSON.stringify(lines)).toContain("model.disagreement");
  expect(aws.to("AmazonSQS.SendMessageBatch")).toHaveLength(1);
});
