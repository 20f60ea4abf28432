import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type InterfaceEndpoint } from "./network";
import { type VpcReference } from "./network.pulumi";

type Tags = Record<string, pulumi.Input<string>>;

/** Always there: they cost nothing, and every byte that takes them is one that NAT does not bill. */
const GATEWAY_SERVICES = ["s3", "dynamodb"];

export function createGatewayEndpoints(
  parent: pulumi.Resource,
  name: string,
  vpcId: pulumi.Input<string>,
  routeTableIds: pulumi.Input<string>[],
  tags: Tags,
): void {
  const serviceName = serviceNames(parent);
  for (const service of GATEWAY_SERVICES) {
    const label = `${name}-${service}`;
    const args = {
      vpcId,
      serviceName: serviceName(service),
      vpcEndpointType: "Gateway",
      routeTableIds,
      tags: { Name: label, ...tags },
    };
    new aws.ec2.VpcEndpoint(label, args, { parent });
  }
}

export function createInterfaceEndpoints(
  parent: pulumi.Resource,
  name: string,
  vpc: VpcReference,
  services: InterfaceEndpoint[],
  tags: Tags,
): void {
  if (services.length === 0) return;
  const group = createEndpointGroup(parent, name, vpc, tags);
  const serviceName = serviceNames(parent);
  for (const service of services) {
    const label = `${name}-${service.replaceAll(".", "-")}`;
    new aws.ec2.VpcEndpoint(
      label,
      {
        vpcId: vpc.vpcId,
        serviceName: serviceName(service),
        vpcEndpointType: "Interface",
        subnetIds: vpc.privateSubnetIds,
        securityGroupIds: [group.id],
        // Programs find the endpoint under the service's usual name, and need no setting of their own.
        privateDnsEnabled: true,
        tags: { Name: label, ...tags },
      },
      { parent },
    );
  }
}

function createEndpointGroup(parent: pulumi.Resource, name: string, { vpcId, cidr }: VpcReference, tags: Tags): aws.ec2.SecurityGroup {
  const label = `${name}-endpoints`;
  const description = "AWS services reached privately: HTTPS from inside the VPC";
  const group = new aws.ec2.SecurityGroup(label, { vpcId, description, tags: { Name: label, ...tags } }, { parent });
  const https = { securityGroupId: group.id, cidrIpv4: cidr, ipProtocol: "tcp", fromPort: 443, toPort: 443, description };
  new aws.vpc.SecurityGroupIngressRule(`${label}-https`, { ...https, tags }, { parent });
  return group;
}

function serviceNames(parent: pulumi.Resource): (service: string) => pulumi.Output<string> {
  const { region } = aws.getRegionOutput({}, { parent });
  return (service) => pulumi.interpolate`com.amazonaws.${region}.${service}`;
}
