import { componentRules } from "../../../stacks/config/component-rules";
import { invariants } from "../../../stacks/config/invariants";
import { placeRules } from "../../../stacks/config/place-rules";
import { prodRules } from "../../../stacks/config/prod-rules";
import { committed, type ConfigBlock, ENVIRONMENTS, parsed, refusal, smallest } from "../stack-file";

/** A prod file that holds every rule, changed by what the test is about. */
function prod(change: (foundation: ConfigBlock & { network: ConfigBlock; auditTrail: ConfigBlock }) => void): ConfigBlock {
  const config = committed("prod");
  change(config["modelloop:foundation"] as ConfigBlock & { network: ConfigBlock; auditTrail: ConfigBlock });
  return config;
}

function dev(change: (foundation: ConfigBlock & { network: ConfigBlock }) => void): ConfigBlock {
  const config = smallest();
  change(config["modelloop:foundation"]);
  return config;
}

function refusedFor(sentence: string, stack = "prod"): string {
  return `Pulumi.${stack}.yaml is refused:\n  - ${sentence}`;
}

describe("in prod", () => {
  // One zone fails about once a year somewhere; with one gateway that is the whole platform, not a third.
  test("I1 one NAT gateway is refused, because a zone's failure must not cut off the others", () => {
    expect(
      refusal(
        prod(({ network }) => (network["natGateways"] = "single")),
        "prod",
      ),
    ).toBe(
      refusedFor(
        'modelloop:foundation.network.natGateways is "single"; in prod the failure of one zone must not cut off the others: write perZone',
      ),
    );
  });

  test("I1 leaving NAT out is refused as well: its default is the cheap one", () => {
    expect(
      refusal(
        prod(({ network }) => delete network["natGateways"]),
        "prod",
      ),
    ).toBe(
      refusedFor(
        'modelloop:foundation.network.natGateways is "single"; in prod the failure of one zone must not cut off the others: write perZone',
      ),
    );
  });

  test("I1 no flow logs is refused: after a break-in nobody could tell who spoke to whom", () => {
    expect(
      refusal(
        prod(({ network }) => (network["flowLogs"] = { destination: "none" })),
        "prod",
      ),
    ).toBe(
      refusedFor(
        'modelloop:foundation.network.flowLogs.destination is "none"; after an incident in prod it must be possible to tell who spoke to whom: write cloudWatch or s3',
      ),
    );
  });

  test("I12 no audit trail is refused", () => {
    expect(
      refusal(
        prod((foundation) => delete (foundation as ConfigBlock)["auditTrail"]),
        "prod",
      ),
    ).toBe(refusedFor("modelloop:foundation.auditTrail is missing; in prod every change is on record: add it, with an objectLock"));
  });

  test("I12 an audit trail that an administrator can tidy up is refused", () => {
    expect(
      refusal(
        prod(({ auditTrail }) => delete auditTrail["objectLock"]),
        "prod",
      ),
    ).toBe(
      refusedFor(
        "modelloop:foundation.auditTrail.objectLock is missing; in prod nobody may tidy up the record of their own changes: add it, for example with mode GOVERNANCE and 365 days",
      ),
    );
  });

  test("I10 no budget is refused: the first word would be the bill", () => {
    expect(
      refusal(
        prod((foundation) => delete (foundation as ConfigBlock)["budget"]),
        "prod",
      ),
    ).toBe(
      refusedFor(
        "modelloop:foundation.budget is missing; in prod somebody is told before the month is over: add monthlyLimitUsd and emailAddresses",
      ),
    );
  });

  test("I11 data that goes with the stack is refused, and so is a lock that would stand against it", () => {
    const config = prod((foundation) => ((foundation as ConfigBlock)["destroyDeletesAllData"] = true));
    expect(refusal(config, "prod")).toBe(
      refusedFor(
        "modelloop:foundation.destroyDeletesAllData is true beside auditTrail.objectLock; a locked file cannot be deleted, so `pulumi destroy` would stop half-way: remove one of them\n" +
          "  - modelloop:foundation.destroyDeletesAllData is true beside modelloop:data.backup.vaultLock; a locked backup cannot be deleted, so `pulumi destroy` would stop half-way: remove one of them\n" +
          "  - modelloop:foundation.destroyDeletesAllData is true; in prod one mistyped command must not end all data: remove it",
      ),
    );
  });

  test("a network that somebody else runs is theirs to guard", () => {
    const config = prod((foundation) => {
      foundation.network = {
        flowLogs: { destination: "none" },
        existingVpc: {
          vpcId: "vpc-0abc12de",
          cidr: "10.30.0.0/16",
          publicSubnetIds: ["subnet-0a"],
          privateSubnetIds: ["subnet-0b", "subnet-1b", "subnet-2b"],
          intraSubnetIds: ["subnet-0c", "subnet-1c"],
        },
      };
    });
    expect(refusal(config, "prod")).toBeUndefined();
  });

  test("the rules follow the environment, not the stack's name", () => {
    const config = prod(({ network }) => (network["natGateways"] = "single"));
    expect(refusal(config, "eu-live")).toContain("natGateways");
  });
});

describe("in every environment", () => {
  // Pulumi.dev.yaml copied to Pulumi.prod.yaml, and one line forgotten: production with the rules of dev.
  test("C1 a stack named after an environment must be that one", () => {
    expect(refusal(smallest(), "prod")).toBe(
      refusedFor(
        'modelloop:foundation.environment is "dev" in the stack prod; a stack named after an environment keeps that one\'s rules: write prod, or rename the stack',
      ),
    );
  });

  test("C1 several stacks may share an environment", () => {
    expect(refusal(smallest(), "dev-alice")).toBeUndefined();
  });

  test.each(["Dev", "dev_alice", "1dev", "dev--alice", "a-very-long-stack-name", ""])(
    "C1 a stack cannot be called %j, because buckets could not",
    (stack) => {
      expect(refusal(smallest(), stack)).toBe(
        refusedFor(
          `The stack is called "${stack}"; its name begins the name of every bucket and database, so it takes lower-case letters, digits and single hyphens, 20 at most: choose another with \`pulumi stack rename\``,
          stack,
        ),
      );
    },
  );

  // With the component's own default, every environment would have the same range, and none could ever reach another.
  test("I1 a network without a range is refused", () => {
    expect(refusal(dev(({ network }) => delete network["cidr"]))).toBe(
      refusedFor(
        'modelloop:foundation.network.cidr is missing; networks with the same range can never be connected: add a range that no other network uses, for example "10.20.0.0/16", or name an existingVpc',
        "dev",
      ),
    );
  });

  test("I1 a zone of another region is refused", () => {
    expect(refusal(dev(({ network }) => (network["availabilityZones"] = ["us-east-1a", "eu-west-1b"])))).toBe(
      refusedFor(
        'modelloop:foundation.network.availabilityZones[1] is "eu-west-1b"; aws:region is us-east-1: write a zone of that region, or leave the list out',
        "dev",
      ),
    );
  });

  test.each([
    ["10.20.0.0/33", '"10.20.0.0/33"; an IPv4 range is written like 10.0.0.0/16: write it so'],
    ["10.20.1.0/16", "10.20.1.0/16; a range is named by its first address: use 10.20.0.0/16"],
    ["10.0.0.0/8", "10.0.0.0/8; AWS makes no VPC larger than /16: use 10.0.0.0/16"],
    [
      "10.20.0.0/28",
      "10.20.0.0/28; the nine subnets of up to 3 zones need a /23, because AWS makes none smaller than /28: use 10.20.0.0/23 or larger",
    ],
    [
      "52.20.0.0/16",
      "52.20.0.0/16; a VPC's range must be private: choose one inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10",
    ],
  ])("I1 the range %s is refused", (cidr, sentence) => {
    expect(refusal(dev(({ network }) => (network["cidr"] = cidr)))).toBe(
      refusedFor(`modelloop:foundation.network.cidr is ${sentence}`, "dev"),
    );
  });

  test("I1 a range that overlaps a reserved one is refused, and both are named", () => {
    expect(refusal(dev(({ network }) => (network["reservedCidrs"] = [{ name: "office network", cidr: "10.16.0.0/12" }])))).toBe(
      refusedFor(
        'modelloop:foundation.network.cidr is 10.20.0.0/16; it overlaps 10.16.0.0/12, the range of "office network" (reservedCidrs[0].cidr): choose a range outside it',
        "dev",
      ),
    );
  });

  // Pods send what is meant for such an address to a Kubernetes service: the database times out, and nothing says why.
  test.each([
    [
      "10.20.0.0/20",
      '10.20.0.0/20; it overlaps 10.20.0.0/16, the range of the VPC, which pods could then not reach: write for example "172.20.0.0/16"',
    ],
    ["172.20.0.0/8", "172.20.0.0/8; a range is named by its first address: use 172.0.0.0/8"],
    ["10.96.0.0/25", "10.96.0.0/25; EKS takes /12 to /24: use 172.20.0.0/16"],
    ["100.64.0.0/16", "100.64.0.0/16; it must be private: choose one inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"],
  ])("I2 the range %s for Kubernetes services is refused", (kubernetesServiceCidr, sentence) => {
    expect(refusal(dev(({ network }) => (network["kubernetesServiceCidr"] = kubernetesServiceCidr)))).toBe(
      refusedFor(`modelloop:foundation.network.kubernetesServiceCidr is ${sentence}`, "dev"),
    );
  });

  test("I1 a gateway in each zone with one zone is refused", () => {
    expect(refusal(dev(({ network }) => Object.assign(network, { zones: 1, natGateways: "perZone" })))).toBe(
      refusedFor(
        "modelloop:foundation.network.zones is 1; RDS and EKS want subnets in two zones, for one instance too: use two zones or three\n" +
          "  - modelloop:foundation.network.natGateways is perZone with 1 zone; a gateway in each zone guards against the loss of one: use single, or 2 zones or more",
        "dev",
      ),
    );
  });

  test("I1 flow logs go to S3 for any number of days, to CloudWatch for those that it offers", () => {
    expect(refusal(dev(({ network }) => (network["flowLogs"] = { destination: "s3", retentionDays: 45 })))).toBeUndefined();
    expect(refusal(dev(({ network }) => (network["flowLogs"] = { retentionDays: 45 })))).toBe(
      refusedFor(
        "modelloop:foundation.network.flowLogs.retentionDays is 45; CloudWatch Logs keeps logs for certain periods only: use 60",
        "dev",
      ),
    );
  });

  test("I12 a lock that outlasts the files is refused", () => {
    const auditTrail = { retentionDays: 90, objectLock: { mode: "GOVERNANCE", days: 365 } };
    expect(refusal(dev((foundation) => (foundation["auditTrail"] = auditTrail)))).toBe(
      refusedFor(
        "modelloop:foundation.auditTrail.retentionDays is 90; the object lock holds for 365 days: delete later, or lock shorter",
        "dev",
      ),
    );
  });

  test("I10 a budget that tells nobody is refused", () => {
    expect(refusal(dev((foundation) => (foundation["budget"] = { monthlyLimitUsd: 600 })))).toBe(
      refusedFor(
        "modelloop:foundation.budget.emailAddresses and snsTopicArn are missing; a budget that tells nobody guards nothing: name one of them at least",
        "dev",
      ),
    );
  });

  test("I6 a bucket that deletes before it moves is refused", () => {
    const config = {
      ...smallest(),
      "modelloop:data": { buckets: { rawLogs: { moveToInfrequentAccessAfterDays: 60, deleteAfterDays: 30 } } },
    };
    expect(refusal(config)).toBe(
      refusedFor(
        "modelloop:data.buckets.rawLogs.deleteAfterDays is 30; the object moves to infrequent access at 60 days: delete later, or do not move",
        "dev",
      ),
    );
  });
});

describe("the list of rules", () => {
  test("names each rule once", () => {
    const ids = invariants.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const rules of [placeRules, componentRules, prodRules]) expect(ids).toEqual(expect.arrayContaining(rules.map(({ id }) => id)));
  });

  // A rule that reads a key which it does not declare would judge a stand-in and accuse somebody of what they never wrote.
  test.each(ENVIRONMENTS)("declares every key that each rule reads (%s)", (environment) => {
    const config = parsed(committed(environment), environment);
    for (const { id, reads, check } of invariants) {
      const read = new Set<string>();
      check({
        ...config,
        foundation: watched(config.foundation, ["modelloop:foundation"], read),
        data: watched(config.data, ["modelloop:data"], read),
        compute: watched(config.compute, ["modelloop:compute"], read),
      });
      const declared = reads.map((path) => path.join("."));
      const undeclared = [...read].filter(
        (key) => !declared.some((path) => `${key}.`.startsWith(`${path}.`) || `${path}.`.startsWith(`${key}.`)),
      );
      expect({ id, undeclared }).toEqual({ id, undeclared: [] });
    }
  });
});

/** Notes the path of every property that is read. */
function watched<T extends object>(value: T, path: string[], read: Set<string>): T {
  return new Proxy(value, {
    get(target, key, receiver) {
      const inner: unknown = Reflect.get(target, key, receiver);
      if (typeof key !== "string" || !Object.hasOwn(target, key)) return inner;
      read.add([...path, key].join("."));
      return typeof inner === "object" && inner !== null && !Array.isArray(inner) ? watched(inner, [...path, key], read) : inner;
    },
  });
}
