/** The network: the part of a bill that surprises most, because nobody asked for it by name. */
import { type Charge, hourly, listOf, type Meter, type Subject, textOf, used } from "../charge";

function natGateway({ usage }: Subject): Charge[] {
  return [
    hourly("NAT gateway", "VPC", "NatGateway-Hours"),
    used("natGb", `${usage.natGb} GB through it`, "VPC", "NatGateway-Bytes", usage.natGb),
  ];
}

function endpoint(subject: Subject): Charge[] {
  const { inputs, usage } = subject;
  if (textOf(inputs["vpcEndpointType"], "Gateway") !== "Interface") return [];
  const service = textOf(inputs["serviceName"]).split(".").slice(3).join(".");
  const given = listOf(inputs["subnetIds"]).length;
  const zones = given > 0 ? given : Math.max(1, subject.from("subnetIds").length);
  return [
    hourly(`interface endpoint for ${service} in ${zones} zones`, "VPC", "USE1-VpcEndpoint-Hours", zones),
    used("endpointGb", `${usage.endpointGb} GB through it`, "VPC", "USE1-VpcEndpoint-Bytes", usage.endpointGb),
  ];
}

function flowLog({ inputs, usage }: Subject): Charge[] {
  const toS3 = inputs["logDestinationType"] === "s3";
  const sku = toS3 ? "flow logs delivered to S3, first 10 TB" : "flow logs to CloudWatch = vended logs, first 10 TB";
  return [used("flowLogGb", `${usage.flowLogGb} GB of flow logs`, "VPC", sku, usage.flowLogGb)];
}

function loadBalancer({ inputs, usage }: Subject): Charge[] {
  const kind = textOf(inputs["loadBalancerType"], "application") === "network" ? "NLB" : "ALB";
  return [
    hourly("load balancer", "ELB", `${kind} LoadBalancerUsage`),
    used("loadUnits", `${usage.loadUnits} units of load`, "ELB", `${kind} LCUUsage`, usage.loadUnits * 730),
  ];
}

/** Out of the internet and between zones: billed to whom it concerns, and shown once, where the network is. */
function network({ usage }: Subject): Charge[] {
  return [
    used("internetGb", `${usage.internetGb} GB to the internet`, "Data transfer", "DataTransfer-Out-Bytes, first 10 TB", usage.internetGb),
    used("zoneGb", `${usage.zoneGb} GB between zones`, "Data transfer", "DataTransfer-Regional-Bytes (inter-AZ)", 2 * usage.zoneGb),
  ];
}

export const NETWORK_METERS: Readonly<Record<string, Meter>> = {
  "aws:ec2/natGateway:NatGateway": natGateway,
  "aws:ec2/eip:Eip": () => [hourly("public IPv4 address", "VPC", "USE1-PublicIPv4:InUseAddress")],
  "aws:ec2/vpcEndpoint:VpcEndpoint": endpoint,
  "aws:ec2/flowLog:FlowLog": flowLog,
  "aws:ec2/vpc:Vpc": network,
  "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
  "kubernetes:networking.k8s.io/v1:Ingress": loadBalancer,
  "aws:route53/zone:Zone": () => [{ what: "hosted zone", service: "Route 53", sku: "HostedZone", quantity: 1 }],
  "aws:wafv2/webAcl:WebAcl": ({ inputs, usage }) => [
    { what: "web ACL", service: "WAF", sku: "WebACL", quantity: 1 },
    { what: `its ${listOf(inputs["rules"]).length} rules`, service: "WAF", sku: "Rule", quantity: listOf(inputs["rules"]).length },
    used("webRequests", `${usage.webRequests} million requests`, "WAF", "Request", usage.webRequests),
  ],
};
