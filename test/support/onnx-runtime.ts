/**
 * ONNX Runtime inside of Jest. It loads its WebAssembly by `import()`, which Jest's own contexts do not have, and accepts typed arrays of its own
 * context only: so it is loaded in the outer one, where Node itself lives, and is handed that one's arrays.
 */
import type { createRequire } from "node:module";
import type { runInThisContext } from "node:vm";
import type * as onnxruntime from "onnxruntime-web";
import { onnxRunner } from "../../offline/packages/onnx-runner";
import type { GraphRunner } from "../../lambdas/ports/releases";

interface Outer {
  getBuiltinModule(name: "module"): { createRequire: typeof createRequire };
  getBuiltinModule(name: "vm"): { runInThisContext: typeof runInThisContext };
}

export function outerOnnxRunner(): GraphRunner {
  // Jest gives tests a process whose built-in modules are its own.
  const { __realProcess: outer } = globalThis as unknown as { __realProcess: Outer };
  const Float32 = outer.getBuiltinModule("vm").runInThisContext("Float32Array") as Float32ArrayConstructor;
  const load = outer.getBuiltinModule("module").createRequire(__filename);
  return onnxRunner((name) => {
    const runtime = load(name) as typeof onnxruntime;
    const { env, InferenceSession } = runtime;
    function Tensor(type: "float32", values: Float32Array, dimensions: number[]): onnxruntime.Tensor {
      return new runtime.Tensor(type, new Float32(values), dimensions);
    }
    return { env, InferenceSession, Tensor };
  });
}
