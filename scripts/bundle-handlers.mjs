/**
 * Bundles each file of lambdas/handlers into one that Lambda runs as it is: <outdir>/<handler>/index.js, the AWS SDK included, because an SDK
 * that comes with the runtime is one that no test of ours has run.
 *
 * The same sources give the same bytes on every machine: nothing of the machine, its paths or the time is in them, so that an unchanged
 * handler is an unchanged function.
 */
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Folders of dist/lambdas that hold the sources one by one; a handler of that name would lie among them. */
const TAKEN = ["adapters", "application", "domain", "handlers", "ports", "runtime"];

/**
 * ONNX Runtime lies beside the bundle that uses it: 14 MB of WebAssembly, the module that loads it, and the library, which looks for both by its
 * own place. Loaded only when the first graph is tried.
 */
const ONNX_RUNTIME = { name: "onnxruntime-web", handler: "package-release", library: "onnx-runtime.js" };
const WEB_ASSEMBLY = ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];

const onnxRuntimeBeside = {
  name: "onnx-runtime-beside",
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^${ONNX_RUNTIME.name}$`) }, () => ({ path: `./${ONNX_RUNTIME.library}`, external: true }));
  },
};

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
    plugins: [oneLanguage, onnxRuntimeBeside],
  });
  await layBeside(path.join(outdir, ONNX_RUNTIME.handler));
  return handlers;
}

async function layBeside(folder) {
  // The library's CommonJS form: it knows its own place, which the other form would ask a bundle for in vain.
  const library = createRequire(import.meta.url).resolve(ONNX_RUNTIME.name);
  const outfile = path.join(folder, ONNX_RUNTIME.library);
  await build({
    ...{ absWorkingDir: root, entryPoints: [library], outfile, bundle: true },
    ...{ format: "cjs", platform: "node", target: "node24", logLevel: "warning" },
  });
  for (const file of WEB_ASSEMBLY) copyFileSync(path.join(path.dirname(library), file), path.join(folder, file));
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const handlers = await bundleHandlers(process.argv[2] && path.resolve(process.argv[2]));
  console.log(`bundled ${handlers.join(", ")}`);
}
