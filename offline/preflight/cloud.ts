/** What preflight asks of an account, whoever answers. Every answer may be that there is none: that is then said, and never taken for a yes. */
export type Answer<T> = { readonly kind: "known"; readonly value: T } | { readonly kind: "unknown"; readonly reason: string };

export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** A quota as it applies to this account, not AWS's default. */
export interface AppliedQuota {
  readonly code: string;
  readonly name: string;
  readonly value: number;
  readonly adjustable: boolean;
}

export type Tags = Readonly<Record<string, string>>;

export interface Tagged {
  readonly tags: Tags;
}

export interface RunningInstance extends Tagged {
  readonly type: string;
  readonly spot: boolean;
  readonly vcpus: number;
}

export interface NatGateway extends Tagged {
  readonly zone: string;
}

export interface ZoneLookUp {
  readonly state?: string;
  readonly excludeZoneIds?: readonly string[];
  readonly filters?: readonly { readonly name: string; readonly values: readonly string[] }[];
}

export interface InstanceOffering {
  readonly type: string;
  readonly zone: string;
}

export type SupportStatus = "STANDARD_SUPPORT" | "EXTENDED_SUPPORT" | "UNSUPPORTED";

export interface KubernetesOffer {
  readonly version: string;
  readonly status: SupportStatus;
  /** `2027-03-27` */
  readonly standardSupportEnds?: string;
}

export interface Certificate {
  readonly status: string;
  readonly domain: string;
  /** `2027-03-27` */
  readonly expires?: string;
}

export interface StateBucket {
  readonly versioned: boolean;
}

export interface Permission {
  readonly action: string;
  /** `explicitDeny`: a policy forbids it. `implicitDeny`: none allows it on everything. */
  readonly decision: "allowed" | "explicitDeny" | "implicitDeny";
}

export interface Cloud {
  /** `undefined` where this machine has no credentials at all. */
  identity(): Promise<Answer<Identity> | undefined>;
  quotas(service: string): Promise<Answer<readonly AppliedQuota[]>>;
  runningInstances(): Promise<Answer<readonly RunningInstance[]>>;
  addresses(): Promise<Answer<readonly Tagged[]>>;
  vpcs(): Promise<Answer<readonly Tagged[]>>;
  natGateways(): Promise<Answer<readonly NatGateway[]>>;
  clusterNames(): Promise<Answer<readonly string[]>>;
  /** Names, in AWS's own order. */
  zones(lookUp: ZoneLookUp): Promise<Answer<readonly string[]>>;
  /** Zone of each subnet that exists, by id. */
  zonesOfSubnets(ids: readonly string[]): Promise<Answer<ReadonlyMap<string, string>>>;
  instanceOfferings(types: readonly string[]): Promise<Answer<readonly InstanceOffering[]>>;
  kubernetesVersion(version: string): Promise<Answer<KubernetesOffer | undefined>>;
  /** `undefined` where there is none of this ARN. */
  certificate(arn: string): Promise<Answer<Certificate | undefined>>;
  /** `undefined` where there is none of this name. */
  bucket(name: string, region: string | undefined): Promise<Answer<StateBucket | undefined>>;
  permissions(principalArn: string, actions: readonly string[]): Promise<Answer<readonly Permission[]>>;
}

export function known<T>(value: T): Answer<T> {
  return { kind: "known", value };
}

export function unknown<T>(reason: string): Answer<T> {
  return { kind: "unknown", reason };
}
