import type { RecordedCall, RecordedResource } from "../../../offline/engine";
import { type FactSources, planFacts } from "../../../offline/preflight/facts";
import { resource } from "../teardown/resources";

function factsOf(resources: readonly RecordedResource[], rest: Partial<FactSources> = {}) {
  const sources = { project: "platform", environment: "dev", region: "us-east-1", config: {}, calls: [], templates: [], hasAwsCli: true };
  return planFacts({ ...sources, typesByLayer: new Map(), resources, ...rest });
}

describe("what of a plan an account must have room for", () => {
  it("counts nodes at their largest, with their market and their subnets", () => {
    const inputs = {
      ...{ clusterName: "platform", instanceTypes: ["g4dn.xlarge"], capacityType: "SPOT", subnetIds: ["a-id"] },
      scalingConfig: { minSize: 0, maxSize: 2, desiredSize: 0 },
    };
    const gpu = resource("aws:eks/nodeGroup:NodeGroup", "gpu", { inputs });
    expect(factsOf([gpu]).nodeGroups).toEqual([
      { name: "gpu", clusterName: "platform", instanceTypes: ["g4dn.xlarge"], spot: true, maxSize: 2, subnetIds: ["a-id"] },
    ]);
  });

  it("takes the type that EKS takes where a group names none", () => {
    expect(factsOf([resource("aws:eks/nodeGroup:NodeGroup", "plain")]).nodeGroups).toEqual([
      { name: "plain", clusterName: "", instanceTypes: ["t3.medium"], spot: false, maxSize: 0, subnetIds: [] },
    ]);
  });

  it("reads network, clusters, and how the program asks for zones", () => {
    const look: RecordedCall = {
      kind: "invoke",
      token: "aws:index/getAvailabilityZones:getAvailabilityZones",
      args: { state: "available" },
    };
    const facts = factsOf(
      [
        resource("aws:ec2/vpc:Vpc", "vpc", { inputs: { tags: { Name: "dev" } } }),
        resource("aws:ec2/subnet:Subnet", "a", { inputs: { availabilityZone: "us-east-1a" } }),
        resource("aws:ec2/eip:Eip", "address", { inputs: { tags: { Name: "nat" } } }),
        resource("aws:ec2/natGateway:NatGateway", "nat", { inputs: { subnetId: "a-id", tags: { Name: "nat" } } }),
        resource("aws:eks/cluster:Cluster", "c", {
          inputs: {
            name: "platform",
            version: "1.35",
            upgradePolicy: { supportType: "STANDARD" },
            vpcConfig: { endpointPublicAccess: false },
          },
        }),
        resource("aws:ec2/vpc:Vpc", "somebody-elses", { kind: "read" }),
      ],
      { calls: [look] },
    );
    expect(facts).toMatchObject({
      ...{ vpcs: [{ Name: "dev" }], subnets: [{ id: "a-id", zone: "us-east-1a" }], addresses: [{ Name: "nat" }] },
      natGateways: [{ name: "nat", zone: "us-east-1a", tags: { Name: "nat" } }],
      clusters: [{ name: "platform", version: "1.35", supportType: "STANDARD" }],
      zoneLookUp: { state: "available" },
    });
  });

  // A certificate of another Region or account lets the listener fail half an hour into the first up.
  it("finds certificates wherever they are named, and not those that the plan makes itself", () => {
    const arn = (id: string) => `arn:aws:acm:us-east-1:123456789012:certificate/${id}`;
    const ingress = resource("kubernetes:networking.k8s.io/v1:Ingress", "router", {
      inputs: { metadata: { annotations: { "alb.ingress.kubernetes.io/certificate-arn": `${arn("a")},${arn("b")}` } } },
    });
    const own = resource("aws:acm/certificate:Certificate", "own", { outputs: { arn: arn("own") } });
    const listener = resource("aws:lb/listener:Listener", "listener", { inputs: { certificateArn: arn("own") } });
    const config = { "platform:gateway": JSON.stringify({ certificateArn: arn("c") }) };
    expect(factsOf([ingress, own, listener], { config }).certificates).toEqual([arn("a"), arn("b"), arn("c")]);
  });

  it("finds the training jobs of a state machine inside a template, and the concurrency that functions reserve", () => {
    const Definition = JSON.stringify({ ResourceConfig: { InstanceType: "ml.m5.4xlarge" }, EnableManagedSpotTraining: true });
    const Resources = {
      Machine: { Type: "AWS::StepFunctions::StateMachine", Properties: { DefinitionString: Definition } },
      RollBack: { Type: "AWS::Lambda::Function", Properties: { ReservedConcurrentExecutions: 2 } },
    };
    const stack = resource("aws:cloudformation/stack:Stack", "loop", { inputs: { templateBody: JSON.stringify({ Resources }) } });
    const decide = resource("aws:lambda/function:Function", "decide", { inputs: { reservedConcurrentExecutions: 3 } });
    const open = resource("aws:lambda/function:Function", "open", { inputs: { reservedConcurrentExecutions: -1 } });
    const job = resource("aws:sagemaker/pipeline:Pipeline", "job", { inputs: { types: ["ml.g4dn.xlarge", "ml.g4dn.xlarge"] } });
    expect(factsOf([stack, decide, open, job], { templates: [{ Resources }] })).toMatchObject({
      training: [
        { type: "ml.g4dn.xlarge", spot: false, named: 2 },
        { type: "ml.m5.4xlarge", spot: true, named: 1 },
      ],
      reservedConcurrency: 5,
    });
  });

  // Green, and then AccessDenied for the first state machine, inside a template that nobody had asked about.
  it("asks for the rights of what is in a template, and for room to train where a workflow says nothing of it", () => {
    const Resources = { Machine: { Type: "AWS::StepFunctions::StateMachine" }, Queue: { Type: "AWS::SQS::Queue" } };
    const facts = factsOf([], { templates: [{ Resources }], typesByLayer: new Map([["data", ["aws:kms/key:Key"]]]) });
    expect([...facts.typesByLayer]).toEqual([
      ["data", ["aws:kms/key:Key"]],
      ["CloudFormation templates", ["AWS::SQS::Queue", "AWS::StepFunctions::StateMachine"]],
    ]);
    expect(facts.training).toEqual([{ type: "ml.m5.2xlarge", spot: false, named: 0 }]);
    expect(factsOf([]).training).toEqual([]);
  });

  it("reads from where a cluster can be reached; EKS lets everybody in who is not told", () => {
    const access = (vpcConfig: Record<string, boolean | string[]>) =>
      factsOf([resource("aws:eks/cluster:Cluster", "c", { inputs: { vpcConfig } })]).clusters[0]?.publicAccessCidrs;
    expect(access({ endpointPublicAccess: false })).toBeUndefined();
    expect(access({ endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.0/24"] })).toEqual(["203.0.113.0/24"]);
    expect(access({})).toEqual(["0.0.0.0/0"]);
  });

  it("reads from the stack file who the provider is and where it may work", () => {
    const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
    const allowed = { "aws:allowedAccountIds": '["123456789012"]' };
    expect(factsOf([], { config: { ...allowed, "aws:assumeRole": JSON.stringify({ roleArn: role("deploy") }) } })).toMatchObject({
      allowedAccounts: ["123456789012"],
      assumedRole: role("deploy"),
    });
    const chain = JSON.stringify([{ roleArn: role("first") }, { roleArn: role("last") }]);
    expect(factsOf([], { config: { "aws:assumeRoles": chain } })).toMatchObject({ assumedRole: role("last") });
    expect(factsOf([])).not.toHaveProperty("assumedRole");
  });
});
