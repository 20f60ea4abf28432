/** Who can shorten a lock. */
export enum ObjectLockMode {
  /** Principals with `s3:BypassGovernanceRetention`. */
  Governance = "GOVERNANCE",
  /** Nobody, not even the root user; only closing the account ends it. */
  Compliance = "COMPLIANCE",
}

/** AWS services that write into the bucket on their own behalf. */
export enum BucketWriter {
  CloudTrail = "cloudTrail",
  LoadBalancerLogs = "loadBalancerLogs",
  /** Access logs of other buckets. */
  ServerAccessLogs = "serverAccessLogs",
  VpcFlowLogs = "vpcFlowLogs",
}
