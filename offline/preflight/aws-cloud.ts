/**
 * The only file of preflight, with those on identity and permissions, that speaks to AWS. It reads and never writes; whatever AWS does not answer
 * becomes a sentence about why.
 */
import { ACMClient, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeNatGateways,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type _InstanceType,
  type Tag,
} from "@aws-sdk/client-ec2";
import { EKSClient, paginateDescribeClusterVersions, paginateListClusters } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { GetBucketVersioningCommand, HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { paginateListServiceQuotas, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import {
  type Answer,
  type AppliedQuota,
  type Certificate,
  type Cloud,
  type Identity,
  type InstanceOffering,
  known,
  type KubernetesOffer,
  type NatGateway,
  type Permission,
  type RunningInstance,
  type StateBucket,
  type SupportStatus,
  type Tagged,
  type Tags,
  unknown,
  type ZoneLookUp,
} from "./cloud";
import { isAbsent, reasonOf } from "./aws-errors";
import { type AwsSettings, type ClientConfig, clientConfig, identityOf } from "./aws-identity";
import { simulated } from "./aws-permissions";

/** Throttling is the likeliest refusal of an account that others use too. */
const ATTEMPTS = 5;

export class AwsCloud implements Cloud {
  private readonly ec2: EC2Client;
  private readonly eks: EKSClient;
  private readonly iam: IAMClient;
  private readonly serviceQuotas: ServiceQuotasClient;
  private readonly sts: STSClient;
  /** Several checks ask the same; the account is asked once. */
  private readonly asked = new Map<string, Promise<Answer<unknown>>>();

  constructor(private readonly settings: AwsSettings) {
    const config = this.config(settings.region);
    this.ec2 = new EC2Client(config);
    this.eks = new EKSClient(config);
    this.iam = new IAMClient(config);
    this.serviceQuotas = new ServiceQuotasClient(config);
    this.sts = new STSClient(config);
  }

  identity(): Promise<Answer<Identity> | undefined> {
    return identityOf(this.sts);
  }

  quotas(service: string): Promise<Answer<readonly AppliedQuota[]>> {
    return this.ask("servicequotas:ListServiceQuotas", service, async () => {
      const found: AppliedQuota[] = [];
      for await (const { Quotas = [] } of paginateListServiceQuotas({ client: this.serviceQuotas }, { ServiceCode: service })) {
        for (const { QuotaCode: code, QuotaName: name, Value: value, Adjustable: adjustable = false, ErrorReason: failed } of Quotas) {
          // A quota that its own service would not tell has no value, or one that means nothing.
          if (code !== undefined && name !== undefined && value !== undefined && failed === undefined)
            found.push({ code, name, value, adjustable });
        }
      }
      return found;
    });
  }

  runningInstances(): Promise<Answer<readonly RunningInstance[]>> {
    return this.ask("ec2:DescribeInstances", "", async () => {
      const found: RunningInstance[] = [];
      const running = { Filters: [{ Name: "instance-state-name", Values: ["pending", "running"] }] };
      for await (const { Reservations = [] } of paginateDescribeInstances({ client: this.ec2 }, running)) {
        for (const { InstanceType: type = "", InstanceLifecycle, CpuOptions, Tags } of Reservations.flatMap(
          ({ Instances = [] }) => Instances,
        )) {
          const vcpus = (CpuOptions?.CoreCount ?? 0) * (CpuOptions?.ThreadsPerCore ?? 0);
          found.push({ type, spot: InstanceLifecycle === "spot", vcpus, tags: tagsOf(Tags) });
        }
      }
      return found;
    });
  }

  addresses(): Promise<Answer<readonly Tagged[]>> {
    return this.ask("ec2:DescribeAddresses", "", async () => {
      const { Addresses = [] } = await this.ec2.send(new DescribeAddressesCommand({}));
      return Addresses.map(({ Tags }) => ({ tags: tagsOf(Tags) }));
    });
  }

  vpcs(): Promise<Answer<readonly Tagged[]>> {
    return this.ask("ec2:DescribeVpcs", "", async () => {
      const found: Tagged[] = [];
      for await (const { Vpcs = [] } of paginateDescribeVpcs({ client: this.ec2 }, {}))
        found.push(...Vpcs.map(({ Tags }) => ({ tags: tagsOf(Tags) })));
      return found;
    });
  }

  async natGateways(): Promise<Answer<readonly NatGateway[]>> {
    const gateways = await this.ask("ec2:DescribeNatGateways", "", async () => {
      const found: { subnetId: string; tags: Tags }[] = [];
      // Those that are on their way out still count.
      const counted = { Filter: [{ Name: "state", Values: ["pending", "available", "deleting"] }] };
      for await (const { NatGateways = [] } of paginateDescribeNatGateways({ client: this.ec2 }, counted))
        found.push(...NatGateways.map(({ SubnetId = "", Tags }) => ({ subnetId: SubnetId, tags: tagsOf(Tags) })));
      return found;
    });
    if (gateways.kind === "unknown" || gateways.value.length === 0) return gateways.kind === "unknown" ? gateways : known([]);
    const zones = await this.zonesOfSubnets([...new Set(gateways.value.map(({ subnetId }) => subnetId))]);
    if (zones.kind === "unknown") return zones;
    return known(gateways.value.map(({ subnetId, tags }) => ({ zone: zones.value.get(subnetId) ?? "", tags })));
  }

  clusterNames(): Promise<Answer<readonly string[]>> {
    return this.ask("eks:ListClusters", "", async () => {
      const found: string[] = [];
      for await (const { clusters = [] } of paginateListClusters({ client: this.eks }, {})) found.push(...clusters);
      return found;
    });
  }

  zones({ state, excludeZoneIds = [], filters = [] }: ZoneLookUp): Promise<Answer<readonly string[]>> {
    const Filters = [
      ...(state === undefined ? [] : [{ Name: "state", Values: [state] }]),
      ...filters.map(({ name, values }) => ({ Name: name, Values: [...values] })),
    ];
    return this.ask("ec2:DescribeAvailabilityZones", JSON.stringify([Filters, excludeZoneIds]), async () => {
      const { AvailabilityZones = [] } = await this.ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
      const wanted = AvailabilityZones.filter(({ ZoneId = "" }) => !excludeZoneIds.includes(ZoneId));
      // The provider sorts by name too (hashicorp/terraform-provider-aws, ec2_availability_zones_data_source.go).
      return wanted.map(({ ZoneName = "" }) => ZoneName).sort();
    });
  }

  zonesOfSubnets(ids: readonly string[]): Promise<Answer<ReadonlyMap<string, string>>> {
    return this.ask("ec2:DescribeSubnets", ids.join(), async () => {
      const zones = new Map<string, string>();
      for await (const { Subnets = [] } of paginateDescribeSubnets({ client: this.ec2 }, { SubnetIds: [...ids] }))
        for (const { SubnetId = "", AvailabilityZone = "" } of Subnets) zones.set(SubnetId, AvailabilityZone);
      return zones;
    });
  }

  instanceOfferings(types: readonly string[]): Promise<Answer<readonly InstanceOffering[]>> {
    return this.ask("ec2:DescribeInstanceTypeOfferings", types.join(), async () => {
      const found: InstanceOffering[] = [];
      const byZone = { LocationType: "availability-zone" as const, Filters: [{ Name: "instance-type", Values: [...types] }] };
      for await (const { InstanceTypeOfferings = [] } of paginateDescribeInstanceTypeOfferings({ client: this.ec2 }, byZone))
        found.push(
          ...InstanceTypeOfferings.map(({ InstanceType = "" as _InstanceType, Location: zone = "" }) => ({ type: InstanceType, zone })),
        );
      return found;
    });
  }

  kubernetesVersion(version: string): Promise<Answer<KubernetesOffer | undefined>> {
    return this.ask("eks:DescribeClusterVersions", version, async () => {
      const wanted = { clusterVersions: [version], includeAll: true };
      for await (const { clusterVersions = [] } of paginateDescribeClusterVersions({ client: this.eks }, wanted)) {
        const found = clusterVersions.find(({ clusterVersion }) => clusterVersion === version);
        if (found !== undefined) {
          const ends = found.endOfStandardSupportDate;
          const status: SupportStatus = found.versionStatus ?? "UNSUPPORTED";
          return { version, status, ...(ends === undefined ? {} : { standardSupportEnds: dayOf(ends) }) };
        }
      }
      return undefined;
    });
  }

  certificate(arn: string): Promise<Answer<Certificate | undefined>> {
    return this.ask("acm:DescribeCertificate", arn, async () => {
      const acm = new ACMClient(this.config(arn.split(":")[3] ?? this.settings.region));
      const answer = await orAbsent(acm.send(new DescribeCertificateCommand({ CertificateArn: arn })));
      if (answer?.Certificate === undefined) return undefined;
      const { Status: status = "of unknown status", DomainName: domain = "", NotAfter: ends } = answer.Certificate;
      return { status, domain, ...(ends === undefined ? {} : { expires: dayOf(ends) }) };
    });
  }

  bucket(name: string, region: string | undefined): Promise<Answer<StateBucket | undefined>> {
    return this.ask("s3:ListBucket", name, async () => {
      const s3 = new S3Client({ ...this.config(region ?? this.settings.region), followRegionRedirects: true });
      const head = await orAbsent(s3.send(new HeadBucketCommand({ Bucket: name })));
      if (head === undefined) return undefined;
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: name }));
      return { versioned: Status === "Enabled" };
    });
  }

  permissions(principalArn: string, actions: readonly string[]): Promise<Answer<readonly Permission[]>> {
    return this.ask("iam:SimulatePrincipalPolicy and iam:GetRole", actions.join(), () => simulated(this.iam, principalArn, actions));
  }

  private ask<T>(action: string, about: string, read: () => Promise<T>): Promise<Answer<T>> {
    const key = `${action} ${about}`;
    const running =
      this.asked.get(key) ??
      read().then(
        (value) => known(value),
        (error: unknown) => unknown(reasonOf(action, error)),
      );
    this.asked.set(key, running);
    return running as Promise<Answer<T>>;
  }

  private config(region: string): ClientConfig {
    return clientConfig({ ...this.settings, region }, ATTEMPTS);
  }
}

async function orAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function tagsOf(tags: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
