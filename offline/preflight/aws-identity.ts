/** How AWS is spoken to, and who speaks. */
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { isWithoutCredentials, reasonOf } from "./aws-errors";
import { type Answer, type Identity, known, unknown } from "./cloud";

export interface AwsSettings {
  readonly region: string;
  /** Profile of the stack file (`aws:profile`). @default - the environment's */
  readonly profile?: string;
}

export interface ClientConfig extends AwsSettings {
  readonly maxAttempts: number;
}

export function clientConfig({ region, profile }: AwsSettings, maxAttempts: number): ClientConfig {
  return { region, maxAttempts, ...(profile === undefined ? {} : { profile }) };
}

/** Nothing where there are no credentials. */
export async function identityOf(sts: STSClient): Promise<Answer<Identity> | undefined> {
  try {
    const { Account: account = "", Arn: arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    return known({ account, arn });
  } catch (error) {
    return isWithoutCredentials(error) ? undefined : unknown(reasonOf("sts:GetCallerIdentity", error));
  }
}
