import { isTrue, needs } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

const IMMUTABLE: readonly unknown[] = ["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"];

export const ecrRequireScanning = resourceRule({
  name: "ecr-require-scanning",
  wrong: "Images are not scanned when they are pushed, or their tags can be moved.",
  why: "A moved tag runs other code under the name that was approved; an unscanned image brings what everybody else has patched.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I8"],
  types: ["aws:ecr/repository:Repository"],
  settings: {},
  compliant: [
    {
      type: "aws:ecr/repository:Repository",
      name: "explainer",
      props: { imageScanningConfiguration: { scanOnPush: true }, imageTagMutability: "IMMUTABLE" },
    },
  ],
  check: (repository) =>
    needs(repository, [
      { path: "imageScanningConfiguration.scanOnPush", holds: isTrue, cure: "set it to true", absentMeans: "false" },
      { path: "imageTagMutability", holds: (value) => IMMUTABLE.includes(value), cure: 'set it to "IMMUTABLE"', absentMeans: "MUTABLE" },
    ]),
});
