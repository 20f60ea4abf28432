import type * as onnxruntime from "onnxruntime-web";
import { ConfigurationError } from "../../components/shared/errors";
import { CONTRACT } from "../../lambdas/domain/packages/contract";
import type { GraphRunner } from "../../lambdas/ports/releases";

const MODULE = "onnxruntime-web";

/**
 * ONNX Runtime compiled to WebAssembly: the same source as Triton's, on any machine. An optional dependency, because it is 139 MB and only those
 * who package models need it.
 */
export function onnxRunner(load: (name: string) => unknown = require): GraphRunner {
  const runtime = loaded(load);
  // More would need workers, which outlive the command.
  runtime.env.wasm.numThreads = 1;
  return {
    name: `${MODULE} ${runtime.env.versions.web ?? "of an unknown version"}`,
    async run(graph, { name, values, columns }) {
      const session = await runtime.InferenceSession.create(graph);
      try {
        const answers = await session.run({ [name]: new runtime.Tensor("float32", values, [values.length / columns, columns]) });
        const [label, probabilities] = [answers[CONTRACT.label.name], answers[CONTRACT.probabilities.name]];
        if (label === undefined || probabilities === undefined) throw new Error("it gives neither label nor probabilities");
        return {
          labels: Array.from(label.data as BigInt64Array, Number),
          probabilities: probabilities.data as Float32Array,
        };
      } finally {
        await session.release();
      }
    },
  };
}

function loaded(load: (name: string) => unknown): typeof onnxruntime {
  try {
    return load(MODULE) as typeof onnxruntime;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new ConfigurationError("modelloop package", [
      `${MODULE} is not installed; without it nothing shows that the packaged model answers like the trained one: run npm install --save-dev ${MODULE}@1.30.0`,
    ]);
  }
}
