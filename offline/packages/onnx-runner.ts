import { ConfigurationError } from "../../components/shared/errors";
import { graphRunner, ONNX_RUNTIME as MODULE, type OnnxRuntime } from "../../lambdas/adapters/packages/onnx-runner";
import type { GraphRunner } from "../../lambdas/ports/releases";

/** An optional dependency, because it is 139 MB and only those who package models need it. */
export function onnxRunner(load: (name: string) => unknown = require): GraphRunner {
  return graphRunner(loaded(load));
}

function loaded(load: (name: string) => unknown): OnnxRuntime {
  try {
    return load(MODULE) as OnnxRuntime;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new ConfigurationError("modelloop package", [
      `${MODULE} is not installed; without it nothing shows that the packaged model answers like the trained one: run npm install --save-dev ${MODULE}@1.30.0`,
    ]);
  }
}
