import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";

/** What RDS writes into the secret of a master user (RDS user guide, "Password management with Amazon RDS and AWS Secrets Manager"). */
const administratorSchema = z.object({ username: z.string().min(1), password: z.string().min(1) });

export type Administrator = z.infer<typeof administratorSchema>;

/** Without a route nothing answers and nothing refuses either: only a limit of our own tells it from a slow answer. */
export const PATIENCE = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/** Reads the name and password that RDS keeps in Secrets Manager. */
export function administratorOf(secretArn: string, client = new SecretsManagerClient(PATIENCE)): () => Promise<Administrator> {
  return async () => {
    const text = await client.send(new GetSecretValueCommand({ SecretId: secretArn })).then(
      ({ SecretString }) => SecretString,
      (error: unknown) => {
        throw new Error(unreadable(secretArn, error), { cause: error });
      },
    );
    const read = administratorSchema.safeParse(asJson(text));
    // The parser's own message would quote what it found.
    if (!read.success) throw new Error(`Secret ${secretArn} holds no username and password: it is not the secret of an RDS master user.`);
    return read.data;
  };
}

function unreadable(secretArn: string, error: unknown): string {
  const { name, message } = error as Error;
  if (name !== "TimeoutError") return `Secret ${secretArn} cannot be read: ${message}`;
  return (
    `Secret ${secretArn} cannot be read: Secrets Manager does not answer. The function's subnets reach it through NAT, ` +
    `or through the interface endpoint "secretsmanager", whose security group must admit HTTPS from the function.`
  );
}

function asJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
