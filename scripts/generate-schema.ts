/** Writes the schemas that are generated and committed. Tests compare; this repairs. */
import fs from "node:fs";
import path from "node:path";
import { stackFileSchema } from "../stacks/config/json-schema";
import { componentSchema } from "./component-schema";

async function main(): Promise<void> {
  const folder = path.resolve(__dirname, "../schemas");
  fs.mkdirSync(folder, { recursive: true });
  const schemas = { "stack.json": stackFileSchema(), "components.json": await componentSchema() };
  for (const [file, schema] of Object.entries(schemas))
    fs.writeFileSync(path.join(folder, file), `${JSON.stringify(schema, undefined, 2)}\n`);
}

void main();
