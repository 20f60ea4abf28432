/** The probe's bundle, made as `scripts/bundle-handlers.mjs` makes those that are deployed. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { FunctionDeclaration } from "../../../../offline/rehearsal/functions/functions";
import type { World } from "../../../../offline/rehearsal/world";
import { arnOf } from "../../../../offline/rehearsal/standins/arns";

const ROOT = path.resolve(__dirname, "../../../..");

export function bundleProbe(): string {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-probe-")), "index.js");
  const options = ["--bundle", "--format=cjs", "--platform=node", "--target=node24", "--main-fields=module,main", "--log-level=error"];
  const entry = path.join(__dirname, "probe-handler.ts");
  execFileSync(path.join(ROOT, "node_modules/.bin/esbuild"), [entry, ...options, `--outfile=${file}`], { cwd: ROOT });
  return file;
}

export const PROBE = arnOf("lambda", "function:probe");
export const INBOX = arnOf("sqs", "inbox");
export const INBOX_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/inbox";

export function addProbe(world: World, file: string, limits: Partial<FunctionDeclaration> = {}): void {
  world.functions.declare({ arn: PROBE, name: "probe", file, environment: { GREETING: "hello" }, timeoutSeconds: 60, ...limits });
  world.sqs.declare({ arn: INBOX });
}
