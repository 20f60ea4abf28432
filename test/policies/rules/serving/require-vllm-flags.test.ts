import { servingRequireVllmFlags as rule } from "../../../../policies/rules/serving/require-vllm-flags";
import { absent, departures, set } from "../../judged";

// It reserves memory for the longest request there is, and does not start.
departures(rule, [
  [
    "absent length",
    set("spec.template.spec.containers.0.args", ["--dtype", "half"]),
    ["llm: --max-model-len is absent; set it to the tokens that a request may have."],
  ],
  [
    "with a type that a T4 has not",
    set("spec.template.spec.containers.0.args.1", "--dtype=bfloat16"),
    ["llm: --dtype is bfloat16; set --dtype=float16, which every GPU here has."],
  ],
  [
    "absent flags",
    absent("spec.template.spec.containers.0.args"),
    [
      "llm: --max-model-len is absent; set it to the tokens that a request may have.",
      "llm: --dtype is absent; set --dtype=float16, which every GPU here has.",
    ],
  ],
  [
    "with all of the GPU",
    set("spec.template.spec.containers.0.args.2", "--gpu-memory-utilization=0.99"),
    ["llm: --gpu-memory-utilization is 0.99; set it to 0.95 or less, and leave the driver its part."],
  ],
  [
    "with code that comes with a model",
    set("spec.template.spec.containers.0.command", ["vllm", "--trust-remote-code"]),
    ["llm: --trust-remote-code is given; remove it: it runs code that comes with a model."],
  ],
]);
