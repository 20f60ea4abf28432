import { z } from "zod";

/** The environment of the function that makes databases and their logins. Nothing in it is secret. */
export const databaseRolesEnvironmentSchema = z.object({
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: z.coerce.number().int().min(1).max(65_535),
  /** Secret of the server's administrator, as RDS writes it. */
  ADMINISTRATOR_SECRET_ARN: z.string().startsWith("arn:"),
});
