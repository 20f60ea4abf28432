import { ecrRequireScanning as rule } from "../../../../policies/rules/ecr/require-scanning";
import { absent, departures, otherwise, set } from "../../judged";

// A moved tag runs other code under the approved name.
departures(rule, [
  [
    "unscanned",
    set("imageScanningConfiguration.scanOnPush", false),
    ["explainer: imageScanningConfiguration.scanOnPush is false; set it to true."],
  ],
  [
    "absent scanning",
    absent("imageScanningConfiguration"),
    ["explainer: imageScanningConfiguration.scanOnPush is absent, which means false; set it to true."],
  ],
  ["with tags that move", set("imageTagMutability", "MUTABLE"), ['explainer: imageTagMutability is "MUTABLE"; set it to "IMMUTABLE".']],
  [
    "absent immutability",
    absent("imageTagMutability"),
    ['explainer: imageTagMutability is absent, which means MUTABLE; set it to "IMMUTABLE".'],
  ],
]);

otherwise(rule, [["takes tags of build caches that move", set("imageTagMutability", "IMMUTABLE_WITH_EXCLUSION"), { faults: [] }]]);
