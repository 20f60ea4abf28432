import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PATIENCE } from "./http-patience";

/** A secret that is one text. Kept between invocations; forgotten when whoever uses it is turned away, since it may have been rotated. */
export interface SecretText {
  read(): Promise<string>;
  forget(): void;
}

export function secretText(secretArn: string, client = new SecretsManagerClient(PATIENCE)): SecretText {
  let kept: Promise<string> | undefined;
  const fetchText = async (): Promise<string> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    const text = SecretString?.trim() ?? "";
    if (text === "") throw new Error(`Secret ${secretArn} holds no text`);
    return text;
  };
  return {
    read() {
      kept ??= fetchText().catch((error: unknown) => {
        kept = undefined;
        throw error;
      });
      return kept;
    },
    forget: () => (kept = undefined),
  };
}
