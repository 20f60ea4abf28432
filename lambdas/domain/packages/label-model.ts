import { CONTRACT } from "./contract";
import { ElementType, floatConstant, integerAttribute, integerConstant, node, OPSET_VERSION, table, writeOnnx } from "./onnx";

/** Name of the tensor that FIL's answer comes in under. */
export const RAW_PROBABILITIES = "raw";

/** The last step of an XGBoost ensemble: FIL writes single-precision numbers only (fil_backend, src/model.h), and the contract has an INT64 label. */
export function labelModel(threshold: number): Uint8Array {
  const { label, probabilities } = CONTRACT;
  return writeOnnx({
    name: "label",
    nodes: [
      node({ operator: "Identity", inputs: [RAW_PROBABILITIES], outputs: [probabilities.name] }),
      node({
        operator: "Gather",
        inputs: [RAW_PROBABILITIES, "column"],
        outputs: ["positive"],
        attributes: [integerAttribute("axis", 1)],
      }),
      ...labelNodes("positive"),
    ],
    constants: [integerConstant("column", 1), thresholdConstant(threshold)],
    inputs: [table(RAW_PROBABILITIES, ElementType.FLOAT, probabilities.columns)],
    outputs: [table(label.name, ElementType.INT64, label.columns), table(probabilities.name, ElementType.FLOAT, probabilities.columns)],
    opsets: { "": OPSET_VERSION },
  });
}

/**
 * From the probability of the positive class to the label: one graph for every threshold, so that 0.5 is no case of its own. CatBoost's own
 * label is wrong (its documentation says to ignore it), and FIL gives none.
 */
export function labelNodes(positive: string): Uint8Array[] {
  return [
    node({ operator: "Greater", inputs: [positive, "threshold"], outputs: ["is_positive"] }),
    node({
      operator: "Cast",
      inputs: ["is_positive"],
      outputs: [CONTRACT.label.name],
      attributes: [integerAttribute("to", ElementType.INT64)],
    }),
  ];
}

export function thresholdConstant(threshold: number): Uint8Array {
  return floatConstant("threshold", threshold);
}
