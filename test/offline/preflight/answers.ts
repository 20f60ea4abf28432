/**
 * Answers of AWS, as files. Written after the SDK's own types (which the compiler holds them to) and the examples of the API references; none
 * was recorded from an account.
 */
import type { DescribeCertificateCommandOutput } from "@aws-sdk/client-acm";
import type {
  DescribeAddressesCommandOutput,
  DescribeAvailabilityZonesCommandOutput,
  DescribeInstancesCommandOutput,
  DescribeInstanceTypeOfferingsCommandOutput,
  DescribeNatGatewaysCommandOutput,
  DescribeSubnetsCommandOutput,
  DescribeVpcsCommandOutput,
} from "@aws-sdk/client-ec2";
import type { DescribeClusterVersionsCommandOutput, ListClustersCommandOutput } from "@aws-sdk/client-eks";
import type { GetRoleCommandOutput, SimulatePrincipalPolicyCommandOutput } from "@aws-sdk/client-iam";
import type { GetBucketVersioningCommandOutput, HeadBucketCommandOutput } from "@aws-sdk/client-s3";
import type { ListServiceQuotasCommandOutput } from "@aws-sdk/client-service-quotas";
import type { GetCallerIdentityCommandOutput } from "@aws-sdk/client-sts";
import addresses from "./answers/describe-addresses.json";
import zones from "./answers/describe-availability-zones.json";
import certificate from "./answers/describe-certificate.json";
import clusterVersions from "./answers/describe-cluster-versions.json";
import offerings from "./answers/describe-instance-type-offerings.json";
import instances1 from "./answers/describe-instances-1.json";
import instances2 from "./answers/describe-instances-2.json";
import natGateways from "./answers/describe-nat-gateways.json";
import subnets from "./answers/describe-subnets.json";
import vpcs from "./answers/describe-vpcs.json";
import versioning from "./answers/get-bucket-versioning.json";
import identity from "./answers/get-caller-identity.json";
import role from "./answers/get-role.json";
import bucket from "./answers/head-bucket.json";
import clusters1 from "./answers/list-clusters-1.json";
import clusters2 from "./answers/list-clusters-2.json";
import quotas1 from "./answers/list-service-quotas-1.json";
import quotas2 from "./answers/list-service-quotas-2.json";
import simulated1 from "./answers/simulate-principal-policy-1.json";
import simulated2 from "./answers/simulate-principal-policy-2.json";

/** A type as JSON can say it: points in time are text, and the compiler reads every text as any text. */
type AsJson<T> = T extends Date ? string : T extends string ? string : T extends object ? { [key in keyof T]: AsJson<T[key]> } : T;

/** Excess keys would be answers that AWS never gives. */
type Exactly<T, J> = J extends readonly (infer I)[]
  ? readonly Exactly<T extends readonly (infer U)[] ? U : never, I>[]
  : J extends object
    ? { [key in keyof J]: key extends keyof NonNullable<T> ? Exactly<NonNullable<NonNullable<T>[key]>, J[key]> : never }
    : J;

function answer<T>() {
  return <J extends AsJson<T>>(json: J & Exactly<T, J>): T => revived(json) as T;
}

export const ANSWERS = {
  addresses: answer<DescribeAddressesCommandOutput>()(addresses),
  bucket: answer<HeadBucketCommandOutput>()(bucket),
  certificate: answer<DescribeCertificateCommandOutput>()(certificate),
  clusterVersions: answer<DescribeClusterVersionsCommandOutput>()(clusterVersions),
  clusters: [clusters1, clusters2].map((page) => answer<ListClustersCommandOutput>()(page)),
  identity: answer<GetCallerIdentityCommandOutput>()(identity),
  instances: [answer<DescribeInstancesCommandOutput>()(instances1), answer<DescribeInstancesCommandOutput>()(instances2)],
  natGateways: answer<DescribeNatGatewaysCommandOutput>()(natGateways),
  offerings: answer<DescribeInstanceTypeOfferingsCommandOutput>()(offerings),
  quotas: [answer<ListServiceQuotasCommandOutput>()(quotas1), answer<ListServiceQuotasCommandOutput>()(quotas2)],
  role: answer<GetRoleCommandOutput>()(role),
  simulated: [answer<SimulatePrincipalPolicyCommandOutput>()(simulated1), answer<SimulatePrincipalPolicyCommandOutput>()(simulated2)],
  subnets: answer<DescribeSubnetsCommandOutput>()(subnets),
  versioning: answer<GetBucketVersioningCommandOutput>()(versioning),
  vpcs: answer<DescribeVpcsCommandOutput>()(vpcs),
  zones: answer<DescribeAvailabilityZonesCommandOutput>()(zones),
};

/** Points in time are Dates in the SDK's answers. */
function revived(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json), (_key, value: unknown) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : value,
  ) as unknown;
}
