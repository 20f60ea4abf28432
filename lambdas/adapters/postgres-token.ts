import { Signer } from "@aws-sdk/rds-signer";
import type { PostgresAddress } from "./postgres";

/** Signs tokens for IAM database authentication with the function's own credentials; nothing is asked over the network. */
export function tokensFor({ host, port }: PostgresAddress): (username: string) => Promise<string> {
  return (username) => new Signer({ hostname: host, port, username }).getAuthToken();
}
