/** What the components would refuse, said before the first of them is created and with the key as it stands in the file. */
import { computeRules } from "./compute-rules";
import { dataRules } from "./data-rules";
import { foundationRules } from "./foundation-rules";
import type { Invariant } from "./invariant";
import { learningRules } from "./learning-rules";
import { languageModelRules } from "./language-model-rules";
import { servingRules } from "./serving-rules";
import { trainingRules } from "./training-rules";
import { tritonRules } from "./triton-rules";

export const componentRules: Invariant[] = [
  ...foundationRules,
  ...dataRules,
  ...computeRules,
  ...servingRules,
  ...tritonRules,
  ...languageModelRules,
  ...learningRules,
  ...trainingRules,
];
