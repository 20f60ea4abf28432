import { manifestOf, manifestSchema, releaseFaults } from "../../../../lambdas/domain/packages/manifest";
import { packageVariant } from "../../../../lambdas/domain/packages/variant";
import { exampleModel } from "../../../support/example-models";

const file = (path: string, sha256: string) => ({ path, bytes: 3, sha256: sha256.repeat(64) });

it("says what a release is made of, by whom, and what reads it", async () => {
  const { files, description } = await exampleModel("catboost");
  const packaged = packageVariant("model", description, files);
  if (packaged.kind === "refused") throw new Error(packaged.faults.join());
  const parity = { rows: 161, largestDifference: 1e-7, faults: [] };
  const manifest = manifestOf("r1", [{ variant: packaged.variant, parity, comparedBy: "a runtime" }], [file("b", "1"), file("a", "0")]);
  expect(manifestSchema.parse(manifest)).toEqual(manifest);
  expect(manifest).toEqual({
    schemaVersion: 1,
    release: "r1",
    contract: { input: "input FP32[n,37]", features: 37, label: "label INT64[n,1]", probabilities: "probabilities FP32[n,2]" },
    featureOrderSha256: "33903e64481e781ba7a5b42b406b239a3259961fc664a5ec21c658e8515a912e",
    features: description.features,
    servedBy: { triton: "26.07", onnxRuntime: "1.27.0", treelite: "4.7.0" },
    variants: [
      {
        name: "anomaly_catboost",
        kind: "catboost",
        models: ["anomaly_catboost"],
        threshold: 0.5,
        trainer: "catboost 1.2.10",
        createdBy: "examples/models/train.py",
        serving: { accelerator: "cpu", threads: 2 },
        parity: { rows: 161, largestDifference: 1e-7, tolerance: 1e-5, comparedBy: "a runtime" },
      },
    ],
    files: [file("a", "0"), file("b", "1")],
  });
});

// A file changed after parity was checked has never been checked.
it("finds what is missing, changed or added since", () => {
  const manifest = { ...({ release: "r1" } as ReturnType<typeof manifestOf>), files: [file("a", "0"), file("b", "1")] };
  expect(releaseFaults(manifest, [file("a", "0"), file("b", "1")])).toEqual([]);
  expect(releaseFaults(manifest, [file("a", "2"), file("c", "3")])).toEqual([
    "r1 lacks b, which its manifest names: package the model anew",
    "r1's a has the checksum 222222222222; its manifest says 000000000000, so it was changed: package the model anew",
    "r1 holds c, which its manifest does not name: package the model anew",
  ]);
});
