/** EKS: where a cluster's API server is, and by which authority it is known. A token is a signed URL, which needs nobody. */
import { NotRehearsedError, type OutsideService } from "../outside/exchange";
import { arnOf } from "./arns";

export const CLUSTER_ENDPOINT = "https://0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com";

export function eksService(): OutsideService {
  return {
    host: "eks",
    answer: ({ method, path }) => {
      const name = /^\/clusters\/([^/?]+)$/.exec(path)?.[1];
      if (method !== "GET" || name === undefined) throw new NotRehearsedError(`eks ${method} ${path}`);
      const certificateAuthority = {
        data: Buffer.from("-----BEGIN CERTIFICATE-----\nrehearsal\n-----END CERTIFICATE-----\n").toString("base64"),
      };
      const cluster = { name, arn: arnOf("eks", `cluster/${name}`), endpoint: CLUSTER_ENDPOINT, certificateAuthority, status: "ACTIVE" };
      return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify({ cluster }) };
    },
  };
}
