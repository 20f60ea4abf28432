import { at, isTrue, list, said } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";
import { isOpenRange } from "../../shapes/addresses";

export const eksRestrictPublicEndpoint = resourceRule({
  name: "eks-restrict-public-endpoint",
  wrong: "The whole internet reaches a cluster's API server.",
  why: "A stolen token then works from anywhere, and the next fault in the API server is tried on it within hours.",
  severity: Severity.High,
  harm: Harm.Exposure,
  requirements: ["I2"],
  types: ["aws:eks/cluster:Cluster"],
  settings: {},
  compliant: [
    {
      type: "aws:eks/cluster:Cluster",
      name: "platform",
      props: { vpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs: ["203.0.113.0/24"] } },
    },
  ],
  // Absent, AWS makes a public endpoint for all addresses.
  *check({ props }) {
    const open = at(props, "vpcConfig.endpointPublicAccess");
    if (open !== undefined && !isTrue(open)) return;
    const cidrs = at(props, "vpcConfig.publicAccessCidrs");
    if (cidrs === undefined || list(cidrs).some(isOpenRange))
      yield {
        found: `vpcConfig.endpointPublicAccess is on, and ${said("publicAccessCidrs", cidrs, "all addresses")}`,
        cure: "turn the public endpoint off, or name the addresses of your offices in publicAccessCidrs",
      };
    if (!isTrue(at(props, "vpcConfig.endpointPrivateAccess")))
      yield {
        found: said("vpcConfig.endpointPrivateAccess", at(props, "vpcConfig.endpointPrivateAccess"), "false"),
        cure: "set it to true, so that nodes do not need the public one",
      };
  },
});
