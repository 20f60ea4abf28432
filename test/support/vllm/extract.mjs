/**
 * Records which flags, variables and metrics a version of vLLM has: node extract.mjs FOLDER > arguments-<version>.json
 *
 * FOLDER is vLLM's source, as its source distribution on PyPI holds it.
 */
import fs from "node:fs";
import path from "node:path";

const folder = process.argv[2] ?? ".";
const read = (file) => fs.readFileSync(path.join(folder, file), "utf8");
const all = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);

const commands = fs.readdirSync(path.join(folder, "vllm/entrypoints/cli")).filter((file) => file.endsWith(".py"));
const files = [
  "vllm/engine/arg_utils.py",
  "vllm/entrypoints/common/cli_args.py",
  ...commands.map((file) => `vllm/entrypoints/cli/${file}`),
];
const named = files.flatMap((file) => all(read(file), /"(--[a-z][a-z0-9-]+)"/g));
// The front end's flags are the fields of a dataclass.
const fields = all(read("vllm/entrypoints/common/cli_args.py"), /^ {4}([a-z][a-z0-9_]+): /gm).map(
  (field) => `--${field.replaceAll("_", "-")}`,
);

const sorted = (names) => [...new Set(names)].sort();
const document = {
  source: `vllm ${all(read("PKG-INFO"), /^Version: (.*)$/gm)[0]}, source distribution on PyPI`,
  flags: sorted([...named, ...fields]),
  environment: sorted(all(read("vllm/envs.py"), /^ {4}"([A-Z][A-Z0-9_]+)": /gm)),
  metrics: sorted(all(read("vllm/v1/metrics/loggers.py"), /name="(vllm:[a-z0-9_]+)"/g)),
};
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
