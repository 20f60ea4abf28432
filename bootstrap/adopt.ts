/**
 * Writes what the bootstrap made into a stack file of the platform:
 *
 *     npx pulumi stack output environments --json | npx tsx adopt.ts staging
 */
import fs from "node:fs";
import path from "node:path";
import { adopted, type EnvironmentParts } from "./handover";

function main([environment]: readonly string[]): string {
  if (environment === undefined) return "Name an environment: npx tsx adopt.ts staging";
  const parts = (JSON.parse(fs.readFileSync(0, "utf8")) as Record<string, EnvironmentParts>)[environment];
  if (parts === undefined) return `The bootstrap made nothing for ${environment}: name it in its stack file, and run pulumi up`;
  const file = path.join(__dirname, "..", `Pulumi.${environment}.yaml`);
  fs.writeFileSync(file, adopted(fs.readFileSync(file, "utf8"), parts));
  process.stdout.write(`Wrote Pulumi.${environment}.yaml: look at it (git diff), plan it (npm start -- ${environment}), and commit it\n`);
  return "";
}

const fault = main(process.argv.slice(2));
if (fault !== "") {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 1;
}
