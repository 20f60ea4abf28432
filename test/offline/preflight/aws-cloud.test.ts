import { ACMClient, DescribeCertificateCommand, ResourceNotFoundException } from "@aws-sdk/client-acm";
import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  EC2ServiceException,
} from "@aws-sdk/client-ec2";
import { DescribeClusterVersionsCommand, EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { GetBucketVersioningCommand, HeadBucketCommand, NotFound, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { ListServiceQuotasCommand, ServiceQuotasClient, TooManyRequestsException } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { AwsCloud } from "../../../offline/preflight/aws-cloud";
import type { Cloud } from "../../../offline/preflight/cloud";
import { ANSWERS } from "./answers";

const ec2 = mockClient(EC2Client);
const eks = mockClient(EKSClient);
const iam = mockClient(IAMClient);
const s3 = mockClient(S3Client);
const acm = mockClient(ACMClient);
const quotas = mockClient(ServiceQuotasClient);
const sts = mockClient(STSClient);
const ALL = [ec2, eks, iam, s3, acm, quotas, sts];
beforeEach(() => ALL.forEach((mock) => mock.reset()));
afterAll(() => ALL.forEach((mock) => mock.restore()));

const metadata = (httpStatusCode: number) => ({ $fault: "client" as const, $metadata: { httpStatusCode } });
const cloud = () => new AwsCloud({ region: "us-east-1" });
const known = <T>(value: T) => ({ kind: "known", value });
const unknown = (reason: string) => ({ kind: "unknown", reason });
const CALLER = "arn:aws:sts::123456789012:assumed-role/deploy/me";

describe("what AWS answers", () => {
  // The GPU quota stands on the third page of several hundred: who reads one page finds nothing and is told nothing.
  it("reads every page of the applied quotas, and leaves out one whose service would not tell it", async () => {
    const tokens: unknown[] = [];
    // The paginator writes each token into the one input that it has.
    quotas.on(ListServiceQuotasCommand).callsFake(({ NextToken }: { NextToken?: string }) => {
      tokens.push(NextToken);
      return ANSWERS.quotas[NextToken === "page-2" ? 1 : 0];
    });
    expect(await cloud().quotas("ec2")).toEqual(
      known([
        { code: "L-1216C47A", name: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", value: 5, adjustable: true },
        { code: "L-0263D0A3", name: "EC2-VPC Elastic IPs", value: 5, adjustable: true },
        { code: "L-DB2E81BA", name: "Running On-Demand G and VT instances", value: 0, adjustable: true },
      ]),
    );
    expect(tokens).toEqual([undefined, "page-2"]);
  });

  it("counts running instances, their market, their vCPUs and their tags", async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce(ANSWERS.instances[0] ?? {})
      .resolvesOnce(ANSWERS.instances[1] ?? {});
    expect(await cloud().runningInstances()).toEqual(
      known([
        { type: "m6i.large", spot: false, vcpus: 2, tags: { "eks:cluster-name": "dev" } },
        { type: "g4dn.xlarge", spot: true, vcpus: 4, tags: {} },
        { type: "g4dn.metal", spot: false, vcpus: 96, tags: {} },
      ]),
    );
    const running = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
    expect(ec2.commandCalls(DescribeInstancesCommand)[0]?.args[0].input.Filters).toEqual(running);
  });

  it("lists addresses, VPCs, clusters, and gateways with the zone of their subnet", async () => {
    ec2.on(DescribeAddressesCommand).resolves(ANSWERS.addresses);
    ec2.on(DescribeVpcsCommand).resolves(ANSWERS.vpcs);
    ec2.on(DescribeNatGatewaysCommand).resolves(ANSWERS.natGateways);
    ec2.on(DescribeSubnetsCommand, { SubnetIds: ["subnet-1", "subnet-2"] }).resolves(ANSWERS.subnets);
    eks
      .on(ListClustersCommand)
      .resolvesOnce(ANSWERS.clusters[0] ?? {})
      .resolvesOnce(ANSWERS.clusters[1] ?? {});
    expect(await cloud().addresses()).toEqual(known([{ tags: { Name: "dev-nat" } }, { tags: {} }]));
    expect(await cloud().vpcs()).toEqual(known([{ tags: {} }, { tags: { Name: "dev" } }]));
    expect(await cloud().natGateways()).toEqual(
      known([
        { zone: "us-east-1a", tags: { Name: "dev-nat" } },
        { zone: "us-east-1b", tags: {} },
      ]),
    );
    expect(await cloud().clusterNames()).toEqual(known(["dev", "other"]));
  });

  it("asks for no subnets where there is no gateway", async () => {
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [] });
    expect(await cloud().natGateways()).toEqual(known([]));
    expect(ec2.commandCalls(DescribeSubnetsCommand)).toEqual([]);
  });

  it("asks for zones as the program does, and sorts them as the provider does", async () => {
    ec2.on(DescribeAvailabilityZonesCommand).resolves(ANSWERS.zones);
    const lookUp = {
      state: "available",
      excludeZoneIds: ["use1-az3"],
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    };
    expect(await cloud().zones(lookUp)).toEqual(known(["us-east-1a", "us-east-1b"]));
    expect(ec2.commandCalls(DescribeAvailabilityZonesCommand)[0]?.args[0].input).toEqual({
      Filters: [
        { Name: "state", Values: ["available"] },
        { Name: "opt-in-status", Values: ["opt-in-not-required"] },
      ],
    });
  });

  it("asks in which zones a type is offered, and which version is supported until when", async () => {
    ec2.on(DescribeInstanceTypeOfferingsCommand).resolves(ANSWERS.offerings);
    eks.on(DescribeClusterVersionsCommand, { clusterVersions: ["1.35"], includeAll: true }).resolves(ANSWERS.clusterVersions);
    eks.on(DescribeClusterVersionsCommand, { clusterVersions: ["1.20"], includeAll: true }).resolves({ clusterVersions: [] });
    expect(await cloud().instanceOfferings(["g4dn.xlarge"])).toEqual(
      known([
        { type: "g4dn.xlarge", zone: "us-east-1b" },
        { type: "g4dn.xlarge", zone: "us-east-1a" },
      ]),
    );
    expect(await cloud().kubernetesVersion("1.35")).toEqual(
      known({ version: "1.35", status: "STANDARD_SUPPORT", standardSupportEnds: "2027-03-27" }),
    );
    expect(await cloud().kubernetesVersion("1.20")).toEqual(known(undefined));
  });

  it("finds a certificate, or that there is none", async () => {
    acm
      .on(DescribeCertificateCommand)
      .resolvesOnce(ANSWERS.certificate)
      .rejects(new ResourceNotFoundException({ message: "", ...metadata(400) }));
    const arn = "arn:aws:acm:eu-west-1:123456789012:certificate/a";
    expect(await cloud().certificate(arn)).toEqual(known({ status: "ISSUED", domain: "ml.example.com", expires: "2027-09-30" }));
    expect(await cloud().certificate(arn)).toEqual(known(undefined));
    const client = acm.commandCalls(DescribeCertificateCommand)[0]?.thisValue as ACMClient;
    expect(await client.config.region()).toBe("eu-west-1");
  });

  it("finds a bucket, whether it is versioned, or that there is none", async () => {
    s3.on(HeadBucketCommand)
      .resolvesOnce(ANSWERS.bucket)
      .resolvesOnce(ANSWERS.bucket)
      .rejects(new NotFound({ message: "", ...metadata(404) }));
    s3.on(GetBucketVersioningCommand).resolvesOnce(ANSWERS.versioning).resolves({});
    expect(await cloud().bucket("state", "eu-west-1")).toEqual(known({ versioned: true }));
    // A bucket that was never versioned has no status at all.
    expect(await cloud().bucket("state", undefined)).toEqual(known({ versioned: false }));
    expect(await cloud().bucket("state", undefined)).toEqual(known(undefined));
  });

  it("simulates the role behind the session, path and all, a hundred actions at a time", async () => {
    iam.on(GetRoleCommand, { RoleName: "deploy" }).resolves(ANSWERS.role);
    const asked: unknown[] = [];
    iam
      .on(SimulatePrincipalPolicyCommand)
      .callsFake(({ PolicySourceArn, ActionNames, Marker }: { PolicySourceArn: string; ActionNames: string[]; Marker?: string }) => {
        asked.push([PolicySourceArn, ActionNames.length, Marker]);
        return ActionNames.length === 1 ? { EvaluationResults: [] } : ANSWERS.simulated[Marker === "page-2" ? 1 : 0];
      });
    const actions = ["ec2:CreateVpc", "iam:CreateRole", "kms:CreateKey", ...Array.from({ length: 98 }, (_, index) => `ec2:Action${index}`)];
    expect(await cloud().permissions(CALLER, actions)).toEqual(
      known([
        { action: "ec2:CreateVpc", decision: "allowed" },
        { action: "iam:CreateRole", decision: "implicitDeny" },
        { action: "kms:CreateKey", decision: "explicitDeny" },
      ]),
    );
    expect(asked).toEqual([
      ["arn:aws:iam::123456789012:role/ci/deploy", 100, undefined],
      ["arn:aws:iam::123456789012:role/ci/deploy", 100, "page-2"],
      ["arn:aws:iam::123456789012:role/ci/deploy", 1, undefined],
    ]);
  });

  it("simulates a user as it is, and nobody else", async () => {
    iam.on(SimulatePrincipalPolicyCommand).resolves({ EvaluationResults: [] });
    expect(await cloud().permissions("arn:aws:iam::123456789012:user/me", ["ec2:CreateVpc"])).toEqual(known([]));
    expect(await cloud().permissions("arn:aws:iam::123456789012:root", ["ec2:CreateVpc"])).toEqual(
      unknown(
        "iam:SimulatePrincipalPolicy and iam:GetRole failed: Error: IAM simulates users and roles only, and these credentials are of arn:aws:iam::123456789012:root",
      ),
    );
  });

  it("asks once what several checks want to know", async () => {
    quotas.on(ListServiceQuotasCommand).resolves({ Quotas: [] });
    const one = cloud();
    await Promise.all([one.quotas("ec2"), one.quotas("ec2"), one.quotas("vpc")]);
    expect(quotas.commandCalls(ListServiceQuotasCommand)).toHaveLength(2);
  });
});

describe("what AWS does not answer", () => {
  const refused = new EC2ServiceException({ name: "UnauthorizedOperation", message: "You are not authorized", ...metadata(403) });
  const down = new Error("getaddrinfo ENOTFOUND ec2.us-east-1.amazonaws.com\n at Resolver");

  // A refused question that counted as a yes would be worse than no preflight at all.
  it.each<[string, (cloud: Cloud) => Promise<unknown>, string]>([
    ["addresses", (asked) => asked.addresses(), "ec2:DescribeAddresses"],
    ["VPCs", (asked) => asked.vpcs(), "ec2:DescribeVpcs"],
    ["instances", (asked) => asked.runningInstances(), "ec2:DescribeInstances"],
    ["gateways", (asked) => asked.natGateways(), "ec2:DescribeNatGateways"],
    ["zones", (asked) => asked.zones({}), "ec2:DescribeAvailabilityZones"],
    ["subnets", (asked) => asked.zonesOfSubnets(["subnet-1"]), "ec2:DescribeSubnets"],
    ["offerings", (asked) => asked.instanceOfferings(["m6i.large"]), "ec2:DescribeInstanceTypeOfferings"],
  ])("leaves %s unknown, with what to allow or what failed", async (_, ask, action) => {
    ec2.rejects(refused);
    expect(await ask(cloud())).toEqual(unknown(`these credentials may not ask: allow ${action}`));
    ec2.rejects(down);
    expect(await ask(cloud())).toEqual(unknown(`${action} failed: Error: getaddrinfo ENOTFOUND ec2.us-east-1.amazonaws.com`));
  });

  it("leaves gateways unknown whose zones it may not read", async () => {
    ec2.on(DescribeNatGatewaysCommand).resolves(ANSWERS.natGateways);
    ec2.on(DescribeSubnetsCommand).rejects(refused);
    expect(await cloud().natGateways()).toEqual(unknown("these credentials may not ask: allow ec2:DescribeSubnets"));
  });

  it("leaves unknown what was throttled to the end, on the first page or a later one", async () => {
    const throttled = new TooManyRequestsException({ message: "Rate exceeded", ...metadata(429) });
    quotas
      .on(ListServiceQuotasCommand)
      .resolvesOnce(ANSWERS.quotas[0] ?? {})
      .rejects(throttled);
    expect(await cloud().quotas("ec2")).toEqual(
      unknown("AWS answered servicequotas:ListServiceQuotas with TooManyRequestsException, too often: try again later"),
    );
  });

  // HEAD has no body: S3 can say no more than 403, for a bucket of somebody else as for a missing permission.
  it("leaves a bucket unknown that it may not look at", async () => {
    s3.on(HeadBucketCommand).rejects(new S3ServiceException({ name: "Forbidden", message: "UnknownError", ...metadata(403) }));
    expect(await cloud().bucket("state", undefined)).toEqual(unknown("these credentials may not ask: allow s3:ListBucket"));
  });

  it("tells having no credentials from having bad ones", async () => {
    sts.on(GetCallerIdentityCommand).resolvesOnce(ANSWERS.identity);
    expect(await cloud().identity()).toEqual(known({ account: "123456789012", arn: CALLER }));
    const none = Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" });
    sts.on(GetCallerIdentityCommand).rejects(none);
    expect(await cloud().identity()).toBeUndefined();
    const expired = Object.assign(new Error("The security token included in the request is expired"), { name: "ExpiredTokenException" });
    sts.on(GetCallerIdentityCommand).rejects(expired);
    expect(await cloud().identity()).toEqual(
      unknown("sts:GetCallerIdentity failed: ExpiredTokenException: The security token included in the request is expired"),
    );
  });
});
