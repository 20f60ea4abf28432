/**
 * Bundles each file of lambdas/handlers into one that Lambda runs as it is: <outdir>/<handler>/index.js, the AWS SDK included, because an SDK
 * that comes with the runtime is one that no test of ours has run.
 *
 * The same sources give the same bytes on every machine: nothing of the machine, its paths or the time is in them, so that an unchanged
 * handler is an unchanged function.
 */
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Folders of dist/lambdas that hold the sources one by one; a handler of that name would lie among them. */
const TAKEN = ["adapters", "application", "domain", "handlers", "ports", "runtime"];

/** zod brings its messages in fifty languages, a fifth of each bundle; handlers speak one. */
const oneLanguage = {
  name: "one-language",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.(js|cjs)$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
  },
};

export async function bundleHandlers(outdir = path.join(root, "dist", "lambdas")) {
  const handlers = readdirSync(path.join(root, "lambdas", "handlers"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.basename(file, ".ts"))
    .sort();
  const taken = handlers.filter((handler) => TAKEN.includes(handler));
  if (taken.length > 0)
    throw new Error(`lambdas/handlers/${taken[0]}.ts: dist/lambdas/${taken[0]} holds other files; name the handler otherwise`);
  mkdirSync(outdir, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(handlers.map((handler) => [`${handler}/index`, `lambdas/handlers/${handler}.ts`])),
    outdir,
    ...{ bundle: true, format: "cjs", platform: "node", target: "node24", logLevel: "warning" },
    // The faster client of `pg` that nobody here installs; it asks for it only when told to.
    external: ["pg-native"],
    // ES modules can be shaken: a sixth less to load at a cold start.
    mainFields: ["module", "main"],
    plugins: [oneLanguage],
  });
  return handlers;
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const handlers = await bundleHandlers(process.argv[2] && path.resolve(process.argv[2]));
  console.log(`bundled ${handlers.join(", ")}`);
}
