import { eksLimitGpuSpot as rule } from "../../../../policies/rules/eks/limit-gpu-spot";
import { absent, departures, otherwise, set } from "../../judged";

// The model is gone with two minutes' notice.
departures(rule, [
  [
    "on spot",
    set("capacityType", "SPOT"),
    ['llm: capacityType is "SPOT" on g4dn.xlarge; use "ON_DEMAND", or name the group in spotGroups.'],
  ],
]);

otherwise(rule, [
  ["takes an absent kind for the provider's default, which is on demand", absent("capacityType"), { faults: [] }],
  ["takes a group that its user allows", set("capacityType", "SPOT"), { faults: [] }, { spotGroups: ["llm"] }],
]);
