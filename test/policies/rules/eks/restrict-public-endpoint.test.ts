import { eksRestrictPublicEndpoint as rule } from "../../../../policies/rules/eks/restrict-public-endpoint";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// A stolen token works from anywhere.
departures(rule, [
  [
    "open to everybody",
    set("vpcConfig.publicAccessCidrs", ["0.0.0.0/0"]),
    [
      'platform: vpcConfig.endpointPublicAccess is on, and publicAccessCidrs is ["0.0.0.0/0"]; turn the public endpoint off, or name the addresses of your offices in publicAccessCidrs.',
    ],
  ],
  [
    "absent addresses",
    absent("vpcConfig.publicAccessCidrs"),
    [
      "platform: vpcConfig.endpointPublicAccess is on, and publicAccessCidrs is absent, which means all addresses; turn the public endpoint off, or name the addresses of your offices in publicAccessCidrs.",
    ],
  ],
  [
    "absent configuration",
    absent("vpcConfig"),
    [
      "platform: vpcConfig.endpointPublicAccess is on, and publicAccessCidrs is absent, which means all addresses; turn the public endpoint off, or name the addresses of your offices in publicAccessCidrs.",
      "platform: vpcConfig.endpointPrivateAccess is absent, which means false; set it to true, so that nodes do not need the public one.",
    ],
  ],
  [
    "without a private endpoint",
    set("vpcConfig.endpointPrivateAccess", false),
    ["platform: vpcConfig.endpointPrivateAccess is false; set it to true, so that nodes do not need the public one."],
  ],
  [
    "open to everybody in two halves",
    set("vpcConfig.publicAccessCidrs", ["0.0.0.0/1", "128.0.0.0/1"]),
    [
      'platform: vpcConfig.endpointPublicAccess is on, and publicAccessCidrs is ["0.0.0.0/1","128.0.0.0/1"]; turn the public endpoint off, or name the addresses of your offices in publicAccessCidrs.',
    ],
  ],
]);

otherwise(rule, [
  ["takes a private endpoint alone", set("vpcConfig.endpointPublicAccess", false), { faults: [] }],
  [
    "says so where the addresses are unknown",
    set("vpcConfig.publicAccessCidrs", UNKNOWN),
    { faults: [], unknown: "vpcConfig.publicAccessCidrs" },
  ],
]);
