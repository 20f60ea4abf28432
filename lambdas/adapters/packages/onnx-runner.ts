/** ONNX Runtime compiled to WebAssembly, the same source as Triton's, as what a graph is tried on before it is released. */
import type * as onnxruntime from "onnxruntime-web";
import { CONTRACT } from "../../domain/packages/contract";
import type { GraphRunner } from "../../ports/releases";

export type OnnxRuntime = Pick<typeof onnxruntime, "env" | "InferenceSession" | "Tensor">;

export const ONNX_RUNTIME = "onnxruntime-web";

export function graphRunner(runtime: OnnxRuntime): GraphRunner {
  // More would need workers, which outlive the command.
  runtime.env.wasm.numThreads = 1;
  return {
    name: `${ONNX_RUNTIME} ${runtime.env.versions.web ?? "of an unknown version"}`,
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
