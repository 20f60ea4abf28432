import fc from "fast-check";
import { ConfigurationError } from "../../../components/shared/errors";
import { parseStackConfig } from "../../../stacks/config/parse";
import { parsed, refusal, smallest, TODAY } from "../stack-file";

test("C1 the smallest file is accepted, and what it leaves out is the secure and cheap choice", () => {
  expect(parsed(smallest())).toEqual({
    stack: "dev",
    region: "us-east-1",
    today: TODAY,
    foundation: {
      environment: "dev",
      owner: "ml-platform",
      costCentre: "log-anomalies",
      destroyDeletesAllData: false,
      network: {
        cidr: "10.20.0.0/16",
        flowLogs: { destination: "cloudWatch", retentionDays: 30 },
        interfaceEndpoints: [],
        kubernetesServiceCidr: "172.20.0.0/16",
      },
    },
    data: {
      buckets: {
        rawLogs: { deleteOldVersionsAfterDays: 90 },
        processedData: { deleteOldVersionsAfterDays: 90 },
        dvcRemote: { deleteOldVersionsAfterDays: 90 },
        mlflowArtifacts: { deleteOldVersionsAfterDays: 90 },
        models: { deleteOldVersionsAfterDays: 90 },
      },
      postgres: {
        databases: ["mlflow", "airflow", "feast", "feedback", "experiments"],
        allowMajorVersionUpgrade: false,
        storage: {},
        multiAz: false,
        backup: { turnedOff: false },
        logs: { retentionDays: 90 },
      },
      cache: {
        engine: "valkey",
        replicas: 0,
        snapshotRetentionDays: 1,
        users: [
          { name: "api", keyPrefixes: ["response:", "session:"] },
          { name: "embeddings", keyPrefixes: ["embedding:"] },
          { name: "feast" },
        ],
      },
      secrets: [],
    },
    compute: {
      cluster: {
        kubernetesVersion: "1.35",
        publicEndpoint: false,
        allowPublicAccessFromAnywhere: false,
        controlPlaneLogs: { types: ["audit", "authenticator"], retentionDays: 30 },
        access: [],
        apiClients: [],
        systemNodes: {},
      },
      nodeGroups: [],
      gpuNodeGroups: [],
      addOns: [
        ...["loadBalancerController", "nodeAutoscaling", "externalSecrets", "keda", "metricsServer", "nvidiaDevicePlugin"],
        "dcgmExporter",
      ],
      namespaces: { extraNamespaces: [], httpsEgress: [], allowHttpsToAnywhere: false },
    },
  });
});

test("C1 text that Pulumi made of numbers and booleans means the same", () => {
  const config = smallest();
  config["modelloop:foundation"].network["zones"] = "3";
  config["modelloop:foundation"]["destroyDeletesAllData"] = "true";
  const { network, destroyDeletesAllData } = parsed(config).foundation;
  expect({ zones: network.zones, destroyDeletesAllData }).toEqual({ zones: 3, destroyDeletesAllData: true });
});

// A misspelt key that is ignored leaves its default in force: a budget that was never set, a lock that was never made.
describe("C1 a file is refused with the whole sentence when", () => {
  test("a key is misspelt", () => {
    const config = smallest();
    config["modelloop:foundation"]["bugdet"] = { monthlyLimitUsd: 600 };
    expect(refusal(config)).toBe(
      "Pulumi.dev.yaml is refused:\n" +
        "  - modelloop:foundation.bugdet is unknown; the keys here are auditTrail, budget, costCentre, destroyDeletesAllData, environment, network, owner and permissionsBoundaryArn: did you mean budget?",
    );
  });

  test("a key is unknown and near nothing", () => {
    const config = smallest();
    config["modelloop:foundation"].network["tenancy"] = "dedicated";
    expect(refusal(config)).toBe(
      "Pulumi.dev.yaml is refused:\n" +
        "  - modelloop:foundation.network.tenancy is unknown; the keys here are availabilityZones, cidr, existingVpc, flowLogs, interfaceEndpoints, kubernetesServiceCidr, natGateways, reservedCidrs and zones: remove it",
    );
  });

  test("a layer is unknown", () => {
    expect(refusal({ ...smallest(), "modelloop:dtaa": {} })).toBe(
      "Pulumi.dev.yaml is refused:\n" +
        "  - modelloop:dtaa is unknown; the keys here are aws:region, modelloop:compute, modelloop:data, modelloop:foundation, modelloop:learning and modelloop:serving: did you mean modelloop:data?",
    );
  });

  test("the project's or the provider's name is misspelt", () => {
    expect(refusal({ ...smallest(), "modeloop:data": {}, "aws:regoin": "eu-west-1" })).toBe(
      "Pulumi.dev.yaml is refused:\n" +
        "  - modeloop:data is a key that nothing reads: did you mean modelloop:data?\n" +
        "  - aws:regoin is a key that nothing reads: did you mean aws:region?",
    );
  });

  test("a value is of the wrong type", () => {
    const config = smallest();
    Object.assign(config["modelloop:foundation"].network, {
      zones: "three",
      natGateways: "per-zone",
      flowLogs: null,
      interfaceEndpoints: "ecr.api",
    });
    config["modelloop:foundation"]["destroyDeletesAllData"] = "yes";
    expect(refusal(config)).toBe(
      [
        "Pulumi.dev.yaml is refused:",
        '  - modelloop:foundation.destroyDeletesAllData is "yes"; it takes true or false: write for example false',
        '  - modelloop:foundation.network.zones is "three"; it takes a whole number from 1 to 3: write for example 2',
        '  - modelloop:foundation.network.natGateways is "per-zone"; it takes none, single or perZone: write for example "perZone"',
        "  - modelloop:foundation.network.flowLogs is empty; it takes a block with destination and retentionDays: write its keys indented below it",
        '  - modelloop:foundation.network.interfaceEndpoints is "ecr.api"; it takes a list: write its entries indented below it',
      ].join("\n"),
    );
  });

  // YAML reads 0815 as a number and drops the zero; the cost centre on the bill would be somebody else's.
  test("YAML has made a number of a text", () => {
    const config = smallest();
    config["modelloop:foundation"]["costCentre"] = 815;
    expect(refusal(config)).toBe(
      "Pulumi.dev.yaml is refused:\n" +
        "  - modelloop:foundation.costCentre is 815, which YAML reads as a number; it takes 1 to 128 letters, digits, spaces and . : / = + @ - _: put it in quotes",
    );
  });

  test("what is required is missing", () => {
    expect(refusal({ "modelloop:foundation": { environment: "dev", network: { cidr: "10.20.0.0/16" } } })).toBe(
      [
        "Pulumi.dev.yaml is refused:",
        '  - aws:region is missing; it takes the name of a region such as us-east-1: add it, for example "us-east-1"',
        '  - modelloop:foundation.owner is missing; it takes 1 to 128 letters, digits, spaces and . : / = + @ - _: add it, for example "ml-platform"',
        '  - modelloop:foundation.costCentre is missing; it takes 1 to 128 letters, digits, spaces and . : / = + @ - _: add it, for example "log-anomalies"',
      ].join("\n"),
    );
  });

  test("nothing of ours is there at all", () => {
    expect(refusal({})).toBe(
      "Pulumi.dev.yaml is refused:\n" +
        '  - aws:region is missing; it takes the name of a region such as us-east-1: add it, for example "us-east-1"\n' +
        "  - modelloop:foundation is missing; it takes a block with auditTrail, budget, costCentre, destroyDeletesAllData, environment, network, owner and permissionsBoundaryArn: copy the block from Pulumi.dev.yaml",
    );
  });

  // A decrypted value would stand in plans, tags and reports, which are written in plain.
  test("a value is encrypted", () => {
    expect(refusal(smallest(), "dev", ["modelloop:foundation"])).toBe(
      "Pulumi.dev.yaml is refused:\n" +
        "  - modelloop:foundation contains an encrypted value; nothing in it is secret, and decrypted it would stand in plans and in tags: write it in plain, and keep passwords in Secrets Manager",
    );
  });

  // Whoever repairs one mistake, starts again and meets the next gives up at the fifth.
  test("there are many faults, of shape and of meaning: all stand in one message, and none because of another", () => {
    const config = smallest();
    Object.assign(config["modelloop:foundation"], {
      environment: "prod",
      owner: undefined,
      budget: { monthlyLimitUsd: "a lot", emailAddresses: ["nobody"] },
    });
    Object.assign(config["modelloop:foundation"].network, {
      cidr: "10.20.0.0/30",
      zones: 9,
      natGateways: "single",
      reservedCidrs: [{ name: "office" }],
    });
    config["modelloop:data"] = { buckets: { models: { deleteAfterDays: "soon", moveToInfrequentAccessAfterDays: 3 } } };
    expect(refusal(config, "prod")).toBe(
      [
        "Pulumi.prod.yaml is refused:",
        '  - modelloop:foundation.owner is missing; it takes 1 to 128 letters, digits, spaces and . : / = + @ - _: add it, for example "ml-platform"',
        "  - modelloop:foundation.network.zones is 9; it takes a whole number from 1 to 3: write for example 2",
        '  - modelloop:foundation.network.reservedCidrs[0].cidr is missing; it takes an IPv4 range such as 10.20.0.0/16: add it, for example "10.1.0.0/16"',
        '  - modelloop:foundation.budget.monthlyLimitUsd is "a lot"; it takes a number: write for example 600',
        '  - modelloop:data.buckets.models.deleteAfterDays is "soon"; it takes a whole number of 1 or more: write for example 400',
        "  - modelloop:foundation.network.cidr is 10.20.0.0/30; the nine subnets of up to 3 zones need a /23, because AWS makes none smaller than /28: use 10.20.0.0/23 or larger",
        '  - modelloop:foundation.budget.emailAddresses[0] is "nobody"; it is no e-mail address: write name@example.com',
        "  - modelloop:data.buckets.models.moveToInfrequentAccessAfterDays is 3; S3 moves no object to infrequent access before it is 30 days old: use a whole number from 30 to 36,500",
        '  - modelloop:foundation.network.natGateways is "single"; in prod the failure of one zone must not cut off the others: write perZone',
        "  - modelloop:foundation.auditTrail is missing; in prod every change is on record: add it, with an objectLock",
        "  - modelloop:data.postgres.multiAz is false; in prod the failure of one zone must not end the database of every service: write true",
        "  - modelloop:data.postgres.backup.retentionDays is 7; in prod a fault that is found after a week must still be curable: keep backups for 14 days or more",
        "  - modelloop:data.cache.replicas is 0; in prod the failure of one node must not end every session and Feast's online store: write 1 or more, and leave automaticFailover out",
        "  - modelloop:data.backup is missing; in prod volumes are backed up, and backups outlive the server that they are of: add it, {} is enough",
      ].join("\n"),
    );
  });
});

test("keys of providers and of Pulumi itself are none of our business", () => {
  const others = {
    "aws:profile": "sandbox",
    "aws:defaultTags": { tags: { a: "b" } },
    "pulumi:tags": {},
    "kubernetes:context": "x",
    "gcp:project": "y",
  };
  expect(refusal({ ...smallest(), ...others }, "dev", ["gcp:project"])).toBeUndefined();
});

// A refusal is the user's to repair, anything else ours; a crash in the judge itself would hide all faults behind a stack trace.
test("whatever stands in a file, the answer is a configuration or a refusal", () => {
  const anything = fc.dictionary(
    fc.constantFrom("aws:region", "modelloop:foundation", "modelloop:data", "modelloop:compute", "other:key"),
    fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => `{"network":${text},"budget":${text},"buckets":${text}}`),
    ),
  );
  fc.assert(
    fc.property(anything, fc.string(), (values, stack) => {
      try {
        parseStackConfig({ stack, values, secretKeys: [], today: TODAY });
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
      }
    }),
  );
});
