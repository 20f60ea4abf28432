import type { GraphRunner } from "../ports/releases";
import { graphRunner, type OnnxRuntime } from "./packages/onnx-runner";

/** Not before it is needed: most of a cold start would be spent on it. In Lambda it lies beside the bundle, as `scripts/bundle-handlers.mjs` lays it. */
export function onnxGraphRunner(): GraphRunner {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return graphRunner(require("onnxruntime-web") as OnnxRuntime);
}
