import { basicAccess, openAccess, signedAccess } from "../../../../lambdas/adapters/mlflow/mlflow-access";
import type { HttpRequest } from "../../../../lambdas/adapters/http-json";

const url = new URL("https://mlflow.example.com/api/2.0/mlflow/registered-models/get?name=log%20anomaly");
const request: HttpRequest = { method: "GET", headers: { accept: "application/json" } };

it("M1 an open server is asked as it is", async () => {
  expect(await openAccess.authorised(url, request)).toBe(request);
});

describe("M1 a server with name and password", () => {
  function access(text: string) {
    const forgotten: string[] = [];
    return { forgotten, access: basicAccess({ read: () => Promise.resolve(text), forget: () => void forgotten.push("forgotten") }) };
  }

  it("is told both, and a secret that was rotated is read again", async () => {
    const { access: basic, forgotten } = access('{"username":"loop","password":"pä:ss","engine":"x"}');
    expect(await basic.authorised(url, request)).toEqual({
      method: "GET",
      headers: { accept: "application/json", authorization: `Basic ${Buffer.from("loop:pä:ss").toString("base64")}` },
    });
    basic.forget();
    expect(forgotten).toEqual(["forgotten"]);
  });

  it.each(['"s3cret"', "s3cret", "{}"])(
    "is not asked with a secret of another form, and the secret stays out of the message",
    async (text) => {
      await expect(access(text).access.authorised(url, request)).rejects.toThrow(
        /^the secret of MLflow is no JSON with username and password: write it so$/,
      );
    },
  );
});

describe("M1 SageMaker's managed MLflow", () => {
  const credentials = () => Promise.resolve({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" });
  const now = () => new Date("2026-03-02T14:15:00Z");

  it.each([
    ["arn:aws:sagemaker:eu-west-1:123456789012:mlflow-app/app-1", "sagemaker", "x-sm-mlflow-app-arn"],
    ["arn:aws:sagemaker:eu-west-1:123456789012:mlflow-tracking-server/one", "sagemaker-mlflow", "x-mlflow-sm-tracking-server-arn"],
  ])("%s is asked with the signature of its service", async (arn, service, header) => {
    const { headers, body } = await signedAccess({ arn, region: "eu-west-1" }, credentials, now).authorised(url, {
      ...request,
      body: "{}",
    });
    expect(headers["authorization"]).toMatch(
      new RegExp(
        `^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260302/eu-west-1/${service}/aws4_request, SignedHeaders=[^,]*host;[^,]*${header}[^,]*, Signature=[0-9a-f]{64}$`,
      ),
    );
    expect([headers[header], headers["x-amz-security-token"], headers["host"], body]).toEqual([arn, "token", undefined, "{}"]);
  });

  it("is not asked where the ARN is of something else", () => {
    const arn = "arn:aws:s3:::bucket";
    expect(() => signedAccess({ arn, region: "eu-west-1" }, credentials, now)).toThrow(
      "arn:aws:s3:::bucket is neither an MLflow app nor an MLflow tracking server of SageMaker: give the ARN of one",
    );
  });
});
