import type { Check, Finding } from "../../../offline/preflight/check";
import { type Cloud, known, type Permission, type RunningInstance, type SupportStatus, unknown } from "../../../offline/preflight/cloud";
import type { NodeGroupFacts, PlanFacts } from "../../../offline/preflight/facts";
import { quotaFamilyOf, vcpusOf } from "../../../offline/preflight/instance-vcpus";
import { CHECKS, preflight, verdictOf } from "../../../offline/preflight/preflight";
import { ACCOUNT, answering, fakeCloud, ROLE } from "./fake-cloud";

const NOTHING: PlanFacts = {
  ...{ project: "platform", environment: "dev", region: "us-east-1", allowedAccounts: [], nodeGroups: [], clusters: [], subnets: [] },
  ...{ addresses: [], vpcs: [], natGateways: [], certificates: [], training: [], reservedConcurrency: 0, hasAwsCli: true },
  ...{ backend: "s3://state?region=eu-west-1", typesByLayer: new Map<string, readonly string[]>() },
};

const GPU: NodeGroupFacts = {
  ...{ name: "gpu-zone-1", clusterName: "dev", instanceTypes: ["g4dn.xlarge"], spot: false, maxSize: 2, subnetIds: ["a"] },
};

/** What one check finds; the subject and the wish are tested once each. */
async function found(id: string, facts: Partial<PlanFacts>, cloud: Partial<Cloud>): Promise<Finding[]> {
  const check = CHECKS.find((candidate) => candidate.id === id) as Check;
  return check.findings(fakeCloud(cloud), { facts: { ...NOTHING, ...facts }, identity: ROLE });
}

const quota = (code: string, value: number, name = "a quota", adjustable = true) => ({ code, name, value, adjustable });

describe("I3 quotas", () => {
  // Two near-identical GPU quotas, one healthy and one zero: whoever looks at the wrong one waits three days after the failed up.
  it("asks for the vCPUs of all groups at their largest, by family and market", async () => {
    const nodeGroups = [
      GPU,
      { ...GPU, name: "gpu-zone-2" },
      { ...GPU, name: "spot", spot: true },
      { ...GPU, name: "system", instanceTypes: ["m6i.large", "m5.large"], maxSize: 3 },
    ];
    const quotas = answering([quota("L-DB2E81BA", 0), quota("L-3819A6DF", 8), quota("L-1216C47A", 5)]);
    expect(await found("quotas", { nodeGroups }, { quotas, runningInstances: answering([]) })).toEqual([
      {
        check: "quotas",
        subject: "Running On-Demand G and VT instances",
        wanted: "16 vCPUs (up to 4 × g4dn.xlarge)",
        verdict: "short",
        says: "0 allowed",
        cure: "Ask for 16 or more, days ahead: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-DB2E81BA --desired-value 16 --region us-east-1 (or in https://us-east-1.console.aws.amazon.com/servicequotas/home/services/ec2/quotas/L-DB2E81BA)",
      },
      {
        check: "quotas",
        subject: "All G and VT Spot Instance Requests",
        wanted: "8 vCPUs (up to 2 × g4dn.xlarge)",
        verdict: "ok",
        says: "8 allowed, 0 used by others",
      },
      {
        check: "quotas",
        subject: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
        wanted: "6 vCPUs (up to 3 × m6i.large or m5.large)",
        verdict: "short",
        says: "5 allowed",
        cure: "Ask for 6 or more, days ahead: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 6 --region us-east-1 (or in https://us-east-1.console.aws.amazon.com/servicequotas/home/services/ec2/quotas/L-1216C47A)",
      },
    ]);
  });

  it("counts what others run, and not this environment's own nodes, whose second up would look short otherwise", async () => {
    const clusters = [{ name: "dev", supportType: "STANDARD" }];
    const running: RunningInstance[] = [
      { type: "g4dn.2xlarge", spot: false, vcpus: 8, tags: {} },
      { type: "g4dn.metal", spot: false, vcpus: 96, tags: { "eks:cluster-name": "dev" } },
      { type: "g5.xlarge", spot: true, vcpus: 4, tags: {} },
      { type: "m6i.large", spot: false, vcpus: 2, tags: {} },
    ];
    const cloud = { quotas: answering([quota("L-DB2E81BA", 16)]), runningInstances: answering(running), clusterNames: answering(["dev"]) };
    const [gpu] = await found("quotas", { nodeGroups: [GPU], clusters }, cloud);
    expect(gpu).toMatchObject({ verdict: "ok", says: "16 allowed, 8 used by others" });
    const [tight] = await found("quotas", { nodeGroups: [{ ...GPU, maxSize: 3 }], clusters }, cloud);
    expect(tight).toMatchObject({
      verdict: "short",
      says: "16 allowed, 8 used by others",
      cure: expect.stringContaining("Ask for 20 or more") as string,
    });
  });

  // A dev, a staging and a prod with three gateways: the fifth address is the last of a new account.
  it("counts addresses, VPCs, gateways of a zone and clusters beside those of others", async () => {
    const own = { Name: "dev-nat", Environment: "dev" };
    const facts = {
      addresses: [own],
      vpcs: [{ Name: "dev" }],
      natGateways: [{ name: "nat", zone: "us-east-1a", tags: own }],
      clusters: [{ name: "dev", supportType: "STANDARD" }],
    };
    const others = Array.from({ length: 5 }, () => ({ tags: { Name: "other" } }));
    const cloud = {
      quotas: answering([quota("L-0263D0A3", 5), quota("L-F678F1CE", 5), quota("L-FE5A380F", 5), quota("L-1194D53C", 100)]),
      addresses: answering([...others, { tags: { ...own, more: "yes" } }]),
      vpcs: answering(others.slice(0, 4)),
      natGateways: answering([
        { zone: "us-east-1b", tags: {} },
        { zone: "us-east-1b", tags: {} },
        { zone: "us-east-1a", tags: own },
      ]),
      clusterNames: answering(["dev", "other"]),
    };
    const findings = await found("quotas", facts, cloud);
    expect(findings.map(({ subject, wanted, verdict, says }) => [subject, wanted, verdict, says])).toEqual([
      ["EC2-VPC Elastic IPs", "1 address (one for each NAT gateway)", "short", "5 allowed, 5 used by others"],
      ["VPCs per Region", "1 VPC", "ok", "5 allowed, 4 used by others"],
      ["NAT gateways per Availability Zone", "1 gateway (in the fullest zone)", "ok", "5 allowed, 2 used by others"],
      ["Clusters", "1 cluster", "ok", "100 allowed, 1 used by others"],
    ]);
  });

  it("asks for room for reserved functions beside the hundred that AWS wants left, and for training jobs by name", async () => {
    const training = [
      { type: "ml.m5.4xlarge", spot: false, named: 1 },
      { type: "ml.g4dn.xlarge", spot: true, named: 2 },
    ];
    const quotas = (service: string) =>
      Promise.resolve(
        known(service === "lambda" ? [quota("L-B99A9384", 10)] : [quota("L-1", 0, "ml.m5.4xlarge for training job usage", false)]),
      );
    const findings = await found("quotas", { reservedConcurrency: 5, training }, { quotas });
    expect(findings.map(({ wanted, verdict, says, cure }) => ({ wanted, verdict, says, cure }))).toEqual([
      {
        wanted: "105 executions (5 reserved by functions, and the 100 that AWS wants left; what other functions reserve is not counted)",
        verdict: "short",
        says: "10 allowed",
        cure: "Ask for 105 or more, days ahead: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 105 --region us-east-1 (or in https://us-east-1.console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384)",
      },
      {
        wanted: "1 instance (one training job)",
        verdict: "short",
        says: "0 allowed",
        cure: "AWS does not raise this quota: use less, or another Region or account.",
      },
      {
        wanted: "1 instance (named in 2 places; as many if they run side by side)",
        verdict: "unknown",
        says: "AWS does not tell this account's value; look in https://us-east-1.console.aws.amazon.com/servicequotas/home/services/sagemaker/quotas",
        cure: undefined,
      },
    ]);
  });

  // Enough for this plan alone is no yes: eight other nodes may run, and nobody was allowed to count them.
  it("never says ok where something could not be read", async () => {
    const [gpu] = await found("quotas", { nodeGroups: [GPU] }, { quotas: answering([quota("L-DB2E81BA", 16)]) });
    expect(gpu).toMatchObject({
      verdict: "unknown",
      says: "16 allowed, enough for this plan alone; what others use is unknown: runningInstances was not told",
    });
    const [unread] = await found("quotas", { nodeGroups: [GPU] }, {});
    expect(unread).toMatchObject({ verdict: "unknown", says: "quotas was not told" });
    const [strange] = await found("quotas", { nodeGroups: [{ ...GPU, instanceTypes: ["trn1.2xlarge"] }] }, { quotas: answering([]) });
    expect(strange).toMatchObject({
      subject: "the quota of trn1.2xlarge",
      wanted: "vCPUs, how many the plan does not tell (up to 2 × trn1.2xlarge)",
      verdict: "unknown",
    });
    const [metal] = await found(
      "quotas",
      { nodeGroups: [{ ...GPU, instanceTypes: ["g4dn.metal"] }] },
      { quotas: answering([quota("L-DB2E81BA", 96)]), runningInstances: answering([]) },
    );
    expect(metal).toMatchObject({ verdict: "unknown", says: "96 allowed; compare by hand" });
  });
});

describe("instance types", () => {
  it.each([
    ["g4dn.xlarge", "g", 4],
    ["g4dn.12xlarge", "g", 48],
    ["g4dn.metal", "g", undefined],
    ["gr6.4xlarge", "g", 16],
    ["vt1.3xlarge", "g", 12],
    ["m6i.large", "standard", 2],
    ["m6g.medium", "standard", 1],
    ["t3.medium", "standard", 2],
    ["t2.small", "standard", 1],
    ["im4gn.large", "standard", 2],
    ["u7i-12tb.224xlarge", undefined, 896],
    ["p5.48xlarge", "p", 192],
    ["inf2.8xlarge", "inf", 32],
    ["trn1.2xlarge", undefined, 8],
    ["nonsense", undefined, undefined],
  ])("counts %s towards %s with %s vCPUs", (type, family, vcpus) => {
    expect([quotaFamilyOf(type), vcpusOf(type)]).toEqual([family, vcpus]);
  });
});

describe("zones and what is offered there", () => {
  const subnets = [
    { id: "a", zone: "us-east-1a" },
    { id: "b", zone: "us-east-1b" },
  ];
  const zoneLookUp = { state: "available" };

  it("wants as many zones as the program looks up", async () => {
    const facts = { subnets, zoneLookUp };
    expect(await found("zones", facts, { zones: answering(["us-east-1c", "us-east-1d", "us-east-1f"]) })).toEqual([
      { check: "zones", subject: "us-east-1", wanted: "2 that EKS accepts", verdict: "ok", says: "us-east-1c, us-east-1d, us-east-1f" },
    ]);
    expect(await found("zones", facts, { zones: answering([]) })).toMatchObject([
      { verdict: "short", says: "none", cure: "Plan fewer zones, or another Region." },
    ]);
  });

  it("wants the very zones that the stack file names", async () => {
    expect(await found("zones", { subnets }, { zones: answering(["us-east-1a", "us-east-1b"]) })).toMatchObject([
      { wanted: "us-east-1a, us-east-1b", verdict: "ok", says: "all there" },
    ]);
    expect(await found("zones", { subnets }, { zones: answering(["us-east-1a", "us-east-1c"]) })).toMatchObject([
      { verdict: "short", says: "this account has us-east-1a, us-east-1c, not us-east-1b", cure: "Name zones that it has." },
    ]);
  });

  // A group of one zone in which its only type is not sold waits half an hour and then fails.
  it("looks for an instance type in the real zone behind each subnet", async () => {
    const nodeGroups = [GPU, { ...GPU, name: "gpu-zone-2", subnetIds: ["b"] }, { ...GPU, name: "elsewhere", subnetIds: ["subnet-1"] }];
    const cloud = {
      zones: answering(["us-east-1c", "us-east-1d"]),
      zonesOfSubnets: answering(new Map([["subnet-1", "us-east-1e"]])),
      instanceOfferings: answering([
        { type: "g4dn.xlarge", zone: "us-east-1d" },
        { type: "g4dn.xlarge", zone: "us-east-1c" },
      ]),
    };
    expect(await found("instance-types", { nodeGroups, subnets, zoneLookUp }, cloud)).toEqual([
      {
        check: "instance-types",
        subject: "gpu-zone-1",
        wanted: "g4dn.xlarge in each of its zones",
        verdict: "ok",
        says: "offered in us-east-1c",
      },
      {
        check: "instance-types",
        subject: "gpu-zone-2",
        wanted: "g4dn.xlarge in each of its zones",
        verdict: "ok",
        says: "offered in us-east-1d",
      },
      {
        ...{ check: "instance-types", subject: "elsewhere", wanted: "g4dn.xlarge in each of its zones", verdict: "short" },
        says: "not offered in us-east-1e; offered in us-east-1c, us-east-1d",
        cure: "Name a further instance type for the group, or other zones.",
      },
    ]);
  });

  it("says where a type is sold nowhere, where zones cannot be told, and where one of several types is enough", async () => {
    const named = { subnets, nodeGroups: [{ ...GPU, instanceTypes: ["g4dn.xlarge", "g5.xlarge"] }] };
    expect(
      await found("instance-types", named, { instanceOfferings: answering([{ type: "g5.xlarge", zone: "us-east-1a" }]) }),
    ).toMatchObject([{ wanted: "g4dn.xlarge or g5.xlarge in each of its zones", verdict: "ok" }]);
    expect(await found("instance-types", named, { instanceOfferings: answering([]) })).toMatchObject([
      { verdict: "short", says: "not offered in us-east-1a; nor anywhere in the Region" },
    ]);
    expect(
      await found("instance-types", { nodeGroups: [GPU] }, { zonesOfSubnets: answering(new Map()), instanceOfferings: answering([]) }),
    ).toMatchObject([{ verdict: "unknown", says: "the plan does not tell in which zones it stands" }]);
    for (const cloud of [{}, { instanceOfferings: answering([]) }, { zonesOfSubnets: answering(new Map()) }])
      expect(verdictOf(await found("instance-types", { nodeGroups: [{ ...GPU, subnetIds: ["subnet-1"] }], zoneLookUp }, cloud))).toBe(
        "unknown",
      );
  });
});

describe("I2 the Kubernetes version", () => {
  const offer = (status: SupportStatus) => answering({ version: "1.35", status, standardSupportEnds: "2027-03-27" });
  const facts = (supportType: string) => ({ clusters: [{ name: "dev", version: "1.35", supportType }] });

  it.each([
    ["STANDARD_SUPPORT", "STANDARD", "ok", "in standard support until 2027-03-27", undefined],
    ["EXTENDED_SUPPORT", "EXTENDED", "ok", "out of standard support since 2027-03-27: it costs extra by the hour", undefined],
    [
      "EXTENDED_SUPPORT",
      "STANDARD",
      "short",
      "out of standard support since 2027-03-27",
      "Plan a version in standard support, or let the policy be EXTENDED.",
    ],
    ["UNSUPPORTED", "STANDARD", "short", "EKS no longer supports it", "Plan a version in standard support."],
  ] as const)("judges %s under the policy %s as %s", async (status, supportType, verdict, says, cure) => {
    expect(await found("kubernetes-version", facts(supportType), { kubernetesVersion: offer(status) })).toEqual([
      { check: "kubernetes-version", subject: "dev", wanted: "Kubernetes 1.35", verdict, says, ...(cure === undefined ? {} : { cure }) },
    ]);
  });

  it("is short where EKS does not offer it at all", async () => {
    expect(await found("kubernetes-version", facts("STANDARD"), { kubernetesVersion: answering(undefined) })).toMatchObject([
      { verdict: "short", says: "EKS does not offer it here", cure: "Plan a version that EKS offers." },
    ]);
  });
});

describe("what the account must have", () => {
  const arn = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/a`;
  const OTHER = "Name a certificate that is issued in this Region and account.";

  it.each([
    [
      arn,
      { status: "ISSUED", domain: "ml.example.com", expires: "2027-03-27" },
      "ok",
      "ml.example.com, issued until 2027-03-27",
      undefined,
    ],
    [
      arn,
      { status: "PENDING_VALIDATION", domain: "ml.example.com" },
      "short",
      "ml.example.com, PENDING_VALIDATION",
      "Publish its validation record, and wait until it is issued.",
    ],
    [arn, { status: "EXPIRED", domain: "ml.example.com" }, "short", "ml.example.com, EXPIRED", OTHER],
    [arn, undefined, "short", "there is none of this ARN", OTHER],
    [arn.replace("us-east-1", "eu-west-1"), undefined, "short", "it is of eu-west-1; a load balancer takes one of its own Region", OTHER],
    [arn.replace(ACCOUNT, "210987654321"), undefined, "short", "it is of account 210987654321", OTHER],
  ])("judges the certificate %s %o as %s", async (certificateArn, certificate, verdict, says, cure) => {
    expect(await found("certificates", { certificates: [certificateArn] }, { certificate: answering(certificate) })).toEqual([
      {
        ...{ check: "certificates", subject: certificateArn, wanted: "issued, in the plan's Region and account", verdict, says },
        ...(cure === undefined ? {} : { cure }),
      },
    ]);
  });

  // A state that was overwritten by a broken run is the only map of what exists.
  it.each([
    ["s3://state?region=eu-west-1", { versioned: true }, "ok", "reachable and versioned", undefined],
    [
      "s3://state/team?region=eu-west-1",
      { versioned: false },
      "short",
      "reachable, but not versioned: a state that was overwritten cannot be brought back",
      "aws s3api put-bucket-versioning --bucket state --versioning-configuration Status=Enabled --region eu-west-1",
    ],
    ["s3://state", undefined, "short", "there is no such bucket", "Make it, versioned and private: aws s3 mb s3://state"],
    ["https://api.pulumi.com", undefined, "unknown", "not one that preflight can ask", undefined],
    [
      "file:///tmp/state",
      undefined,
      "unknown",
      "on this machine only; nobody else can run this stack, and preflight does not look into it",
      undefined,
    ],
  ])("judges the state in %s as it is", async (backend, bucket, verdict, says, cure) => {
    const asked: unknown[] = [];
    const cloud = { bucket: (...given: unknown[]) => (asked.push(given), Promise.resolve(known(bucket))) };
    const wanted = backend.startsWith("s3:") ? "a versioned bucket" : "a place for it";
    expect(await found("state", { backend }, cloud)).toEqual([
      { check: "state", subject: backend, wanted, verdict, says, ...(cure === undefined ? {} : { cure }) },
    ]);
    expect(asked).toEqual(backend.startsWith("s3:") ? [["state", backend.includes("region") ? "eu-west-1" : undefined]] : []);
  });

  it("says how to find a backend that nothing names", async () => {
    const { backend: _, ...facts } = NOTHING;
    const outcome = await preflight(facts, fakeCloud());
    expect(outcome.findings).toEqual([
      {
        ...{ check: "state", subject: "backend not named", wanted: "a place for it", verdict: "unknown" },
        says: "neither PULUMI_BACKEND_URL nor Pulumi.yaml names it; `pulumi whoami --verbose` tells where you are logged in",
      },
    ]);
  });

  it("refuses credentials of an account that the stack file does not allow", async () => {
    expect(await found("account", { allowedAccounts: [ACCOUNT] }, {})).toMatchObject([{ wanted: ACCOUNT, verdict: "ok", says: ACCOUNT }]);
    expect(await found("account", { allowedAccounts: ["210987654321"] }, {})).toMatchObject([
      {
        verdict: "short",
        says: `the credentials are of ${ACCOUNT}`,
        cure: "Take the credentials of that account, or correct the stack file.",
      },
    ]);
  });
});

describe("permissions", () => {
  const typesByLayer = new Map([["foundation", ["aws:kms/alias:Alias", "kubernetes:core/v1:Namespace"]]]);
  const ACTIONS = ["kms:CreateAlias", "kms:DeleteAlias", "kms:ListAliases", "kms:UpdateAlias"];
  const deciding = (decisions: Record<string, Permission["decision"]>) => (_: string, actions: readonly string[]) =>
    Promise.resolve(known(actions.map((action) => ({ action, decision: decisions[action] ?? ("allowed" as const) }))));

  it("asks, layer by layer, for the actions of the types that the plan has", async () => {
    const asked: unknown[] = [];
    const permissions = (principal: string, actions: readonly string[]) => (
      asked.push(principal, actions),
      deciding({})(principal, actions)
    );
    expect(await found("permissions", { typesByLayer }, { permissions })).toEqual([
      { check: "permissions", subject: "foundation", wanted: "4 actions", verdict: "ok", says: "all allowed" },
    ]);
    expect(asked).toEqual([ROLE.arn, ACTIONS]);
  });

  // PowerUserAccess lacks IAM: the first role of the first up fails, twenty resources in.
  it("names what is forbidden and what nobody allows", async () => {
    const permissions = deciding({ "kms:CreateAlias": "explicitDeny", "kms:UpdateAlias": "implicitDeny" });
    expect(await found("permissions", { typesByLayer }, { permissions })).toMatchObject([
      {
        verdict: "short",
        says: "a policy forbids kms:CreateAlias; none allows kms:UpdateAlias on everything",
        cure: "Have them allowed. A policy that allows them for this environment's own names only is not seen here: then leave this check out (--skip permissions).",
      },
    ]);
    expect(await found("permissions", { typesByLayer }, { permissions: deciding({ "kms:CreateAlias": "explicitDeny" }) })).toMatchObject([
      { says: "a policy forbids kms:CreateAlias", cure: "Have them allowed." },
    ]);
  });

  it("names twelve of many", async () => {
    const many = new Map([["foundation", ["aws:s3/bucket:Bucket"]]]);
    const none = (_: string, actions: readonly string[]) =>
      Promise.resolve(known(actions.map((action) => ({ action, decision: "implicitDeny" as const }))));
    const [finding] = await found("permissions", { typesByLayer: many }, { permissions: none });
    expect(finding?.says).toMatch(/^none allows (s3:\w+, ){11}s3:\w+ and \d+ more on everything$/);
  });

  it("does not call a type fine whose actions it does not know", async () => {
    const strange = new Map([["other", ["aws:kms/alias:Alias", "aws:quantum/computer:Computer"]]]);
    expect(await found("permissions", { typesByLayer: strange }, { permissions: deciding({}) })).toMatchObject([
      { verdict: "unknown", says: "all allowed that are known; not known what these take: aws:quantum/computer:Computer" },
    ]);
  });
});

describe("what can be told without asking", () => {
  const cluster = { name: "dev", supportType: "STANDARD" };
  const wanted = "on this machine, because the kubeconfig calls `aws eks get-token`";

  // The VPC, the database and the cluster are there; namespaces and charts time out, half an hour in.
  it("says from where the cluster can be reached, and that nobody comes from an example's addresses", async () => {
    const access = (publicAccessCidrs?: string[]) =>
      found("cluster-access", { clusters: [{ ...cluster, ...(publicAccessCidrs && { publicAccessCidrs }) }] }, {});
    expect(await access()).toEqual([
      {
        ...{ check: "cluster-access", subject: "dev", wanted: "pulumi up inside its VPC, or through a tunnel into it", verdict: "unknown" },
        says: "the endpoint is private, and the first update makes the VPC as well as what is in the cluster",
        cure: 'Run it on a runner inside a VPC that is there before (bootstrap/README.md), or let one address in for the first update (README of Cluster, "The first update").',
      },
    ]);
    expect(await access(["203.0.113.0/24", "20.1.2.3/32"])).toEqual([
      {
        ...{ check: "cluster-access", subject: "dev", wanted: "pulumi up from 203.0.113.0/24 or 20.1.2.3/32", verdict: "short" },
        says: "203.0.113.0/24 is for documentation: nobody comes from there",
        cure: "Write the public addresses behind which you and your CI are (publicAccessCidrs).",
      },
    ]);
    expect(await access(["20.1.2.3/32"])).toMatchObject([{ verdict: "unknown", says: "whether this machine is there, nobody asked" }]);
  });

  it("says so without credentials, too, and looks for the AWS CLI", async () => {
    const facts = { ...NOTHING, clusters: [{ ...cluster, publicAccessCidrs: ["203.0.113.0/24"] }], hasAwsCli: false };
    const outcome = await preflight(facts, fakeCloud({ identity: () => Promise.resolve(undefined) }));
    expect(outcome.findings.filter(({ check }) => ["cluster-access", "aws-cli"].includes(check))).toMatchObject([
      { check: "cluster-access", verdict: "short" },
      { check: "aws-cli", subject: "aws", wanted, verdict: "short", says: "not found on PATH" },
    ]);
    expect(await found("aws-cli", { clusters: [cluster] }, {})).toEqual([
      { check: "aws-cli", subject: "aws", wanted, verdict: "ok", says: "found" },
    ]);
    const left = await preflight(facts, fakeCloud({ identity: () => Promise.resolve(undefined) }), new Set(["aws-cli"]));
    expect(left.findings.at(-1)).toMatchObject({ check: "aws-cli", verdict: "not checked", says: "left out by --skip" });
  });
});

describe("who asks", () => {
  it("asks nothing without credentials, and says what it would ask", async () => {
    const outcome = await preflight({ ...NOTHING, vpcs: [{ Name: "dev" }] }, fakeCloud({ identity: () => Promise.resolve(undefined) }));
    expect(outcome.unasked).toBe("this machine has no AWS credentials");
    expect(outcome.findings.map(({ subject, wanted, verdict }) => [subject, wanted, verdict])).toEqual([
      ["VPCs per Region", "1 VPC", "not checked"],
      ["s3://state?region=eu-west-1", "a versioned bucket", "not checked"],
    ]);
    expect(verdictOf(outcome.findings)).toBe("not checked");
  });

  it("asks nothing with credentials that AWS refuses", async () => {
    const outcome = await preflight(NOTHING, fakeCloud({ identity: () => Promise.resolve(unknown("the token has expired")) }));
    expect([outcome.unasked, verdictOf(outcome.findings)]).toEqual(["the token has expired", "not checked"]);
  });

  // The quotas of the caller's account are those of the wrong account, and all would look well.
  it("asks nothing as somebody else than the role that the provider takes on", async () => {
    const role = `arn:aws:iam::210987654321:role/ci/deploy`;
    const other = await preflight({ ...NOTHING, assumedRole: role }, fakeCloud());
    expect(other.unasked).toBe(`the stack file has the provider act as ${role}, and these credentials are of ${ROLE.arn}`);
    const same = await preflight({ ...NOTHING, assumedRole: `arn:aws:iam::${ACCOUNT}:role/ci/deploy` }, fakeCloud());
    expect(same.unasked).toBeUndefined();
  });

  it("leaves out what it is told to leave out, and does not call that well", async () => {
    const outcome = await preflight(NOTHING, fakeCloud({ bucket: answering({ versioned: true }) }), new Set(["state"]));
    expect(outcome.findings).toMatchObject([{ check: "state", verdict: "not checked", says: "left out by --skip" }]);
    expect(verdictOf(outcome.findings)).toBe("not checked");
  });
});
