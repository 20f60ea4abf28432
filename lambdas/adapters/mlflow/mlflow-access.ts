/** How an MLflow server knows who asks: not at all, by name and password, or by AWS's signature (SageMaker's managed MLflow). */
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentityProvider } from "@smithy/types";
import { z } from "zod";
import { jsonIn } from "../../domain/json";
import type { HttpRequest } from "../http-json";
import { NodeSha256 } from "../node-sha256";
import type { SecretText } from "../secret-text";

export interface MlflowAccess {
  /** The request as the server will take it. */
  authorised(url: URL, request: HttpRequest): Promise<HttpRequest>;
  /** Called where the server turns us away: what we know may have been rotated. */
  forget(): void;
}

export const openAccess: MlflowAccess = { authorised: (_, request) => Promise.resolve(request), forget: () => undefined };

const passwordSchema = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** A secret of the form that Secrets Manager itself makes: `{"username": "...", "password": "..."}`. */
export function basicAccess(secret: SecretText): MlflowAccess {
  return {
    async authorised(_, request) {
      const text = await secret.read();
      const read = passwordSchema.safeParse(jsonIn(text));
      // Nothing of the text in the message: it is the secret.
      if (!read.success) throw new Error("the secret of MLflow is no JSON with username and password: write it so");
      const { username, password } = read.data;
      const authorization = `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
      return { ...request, headers: { ...request.headers, authorization } };
    },
    forget: () => secret.forget(),
  };
}

/**
 * Names of the services and headers as AWS's own plug-in has them (sagemaker-mlflow 0.3.0, 2026-04-21). Never tried on AWS; whether the managed
 * servers know aliases is not documented.
 */
const SAGEMAKER = [
  { part: ":mlflow-app/", service: "sagemaker", header: "x-sm-mlflow-app-arn" },
  { part: ":mlflow-tracking-server/", service: "sagemaker-mlflow", header: "x-mlflow-sm-tracking-server-arn" },
] as const;

export interface SageMakerServer {
  arn: string;
  region: string;
}

export function signedAccess(
  { arn, region }: SageMakerServer,
  credentials: AwsCredentialIdentityProvider = defaultProvider(),
  now: () => Date = () => new Date(),
): MlflowAccess {
  const kind = SAGEMAKER.find(({ part }) => arn.includes(part));
  if (kind === undefined) {
    throw new Error(`${arn} is neither an MLflow app nor an MLflow tracking server of SageMaker: give the ARN of one`);
  }
  const signer = new SignatureV4({ service: kind.service, region, credentials, sha256: NodeSha256 });
  return {
    async authorised(url, { method, headers, body }) {
      const signed = await signer.sign(
        {
          ...{ method, protocol: url.protocol, hostname: url.hostname, path: url.pathname },
          query: Object.fromEntries(url.searchParams),
          headers: { ...headers, host: url.host, [kind.header]: arn },
          body,
        },
        { signingDate: now() },
      );
      // Whoever sends writes the host itself.
      const { host: _host, ...rest } = signed.headers;
      return { method, headers: rest, ...(body !== undefined && { body }) };
    },
    forget: () => undefined,
  };
}
