/**
 * Who we are to an EKS cluster: a request to STS that is signed and never sent, as `aws eks get-token` makes it. The cluster sends it, and learns
 * from STS whose signature it is. Nothing is asked over the network here.
 */
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentityProvider } from "@smithy/types";
import { NodeSha256 } from "../node-sha256";

const PREFIX = "k8s-aws-v1.";

/** EKS itself takes a token for 15 minutes from its signing on, whatever stands here (aws-iam-authenticator, API authorisation from outside). */
const EXPIRES_SECONDS = 60;

export interface EksIdentity {
  clusterName: string;
  region: string;
}

export function eksTokens(
  { clusterName, region }: EksIdentity,
  credentials: AwsCredentialIdentityProvider = defaultProvider(),
  now: () => Date = () => new Date(),
): () => Promise<string> {
  const signer = new SignatureV4({ service: "sts", region, credentials, sha256: NodeSha256 });
  const hostname = `sts.${region}.amazonaws.com`;
  return async () => {
    // The name of the cluster is signed too: a token for one opens no other.
    const signed = await signer.presign(
      {
        ...{ method: "GET", protocol: "https:", hostname, path: "/" },
        query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
        headers: { host: hostname, "x-k8s-aws-id": clusterName },
      },
      { expiresIn: EXPIRES_SECONDS, signingDate: now() },
    );
    const query = Object.entries(signed.query ?? {})
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
      .join("&");
    return `${PREFIX}${Buffer.from(`https://${hostname}/?${query}`).toString("base64url")}`;
  };
}
