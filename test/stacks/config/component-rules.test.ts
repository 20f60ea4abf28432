/** What components refuse, as whoever wrote the file reads it: with the file's own keys, and before anything is created. */
import { type ConfigBlock, refusal, smallest } from "../stack-file";

function withData(data: object): ConfigBlock {
  return { ...smallest(), "modelloop:data": data };
}

function withCompute(compute: object): ConfigBlock {
  return { ...smallest(), "modelloop:compute": compute };
}

function refused(...sentences: string[]): string {
  return ["Pulumi.dev.yaml is refused:", ...sentences.map((sentence) => `  - ${sentence}`)].join("\n");
}

test("I4 every fault of the database is told at once, each with its key", () => {
  const postgres = {
    databases: ["mlflow", "MLflow", "mlflow"],
    version: "14",
    instanceClass: "m7g.large",
    storage: { sizeGib: 100, maxSizeGib: 105 },
    backup: { retentionDays: 40, window: "04:00-05:00" },
    connectionPooling: { borrowTimeoutSeconds: 900 },
  };
  expect(refusal(withData({ postgres }))).toBe(
    refused(
      'modelloop:data.postgres.databases[1].name is "MLflow"; it is 1 to 63 of a-z, 0-9 and _, a letter first: name it so',
      "modelloop:data.postgres.databases names mlflow more than once; each counts once: name it once",
      "modelloop:data.postgres.version is 14; before 15 everybody who can connect may create in the schema public: use 15 or newer",
      'modelloop:data.postgres.instanceClass is "m7g.large"; RDS writes db.<family>.<size>: use one such as db.t4g.small',
      "modelloop:data.postgres.storage.maxSizeGib is 105; RDS grows storage only towards a bound at least 10 % above the 100 GiB it starts with: use 110 or more, or 100 for no growth",
      "modelloop:data.postgres.backup.retentionDays is 40; RDS keeps automated backups for 35 days at most: use a whole number from 1 to 35",
      "modelloop:data.postgres.backup.window is 04:00-05:00 and maintenanceWindow is sun:04:30-sun:05:30; RDS refuses windows that overlap: move one of them",
      "modelloop:data.postgres.connectionPooling.borrowTimeoutSeconds is 900; a proxy lets nobody wait for more than 5 minutes: use a whole number from 0 to 300",
    ),
  );
});

test("I4 a pool without a database is refused", () => {
  expect(refusal(withData({ postgres: { databases: [], connectionPooling: {} } }))).toBe(
    refused(
      "modelloop:data.postgres.connectionPooling is set without databases; the proxy logs in as their logins and as nobody else: name a database",
    ),
  );
});

test("R6 every fault of the loop is told at once, each with its key", () => {
  const learning = {
    models: [
      { name: "log-anomaly", weeklySchedule: "sundays" },
      { name: "Log_Anomaly", mode: "act" },
    ],
    channels: { emailAddresses: ["nobody"], slackWebhookSecret: "hook", pagerDutySecret: "pager" },
    retrainingFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:retrain",
    trafficQueueArn: "arn:aws:sns:us-east-1:123456789012:traffic",
  };
  const secrets = [{ name: "hook", description: "Webhook" }];
  expect(refusal({ ...withData({ secrets }), "modelloop:learning": learning })).toBe(
    refused(
      'modelloop:learning.models[0].weeklySchedule is "sundays"; EventBridge Scheduler reads cron(...) or rate(...): write it as cron(0 2 ? * SUN *)',
      'modelloop:learning.models: model is "Log_Anomaly"; a model\'s name has 1 to 40 characters of a-z, 0-9 and -, begins with a letter and ends with no -: rename it',
      'modelloop:learning.channels.emailAddresses holds "nobody"; that is no e-mail address: write it as name@example.com',
      'modelloop:learning.channels.pagerDutySecret is "pager"; there is no such secret: use one of hook, or add it to modelloop:data.secrets',
      'modelloop:learning.retrainingFunctionArn is "arn:aws:lambda:eu-west-1:123456789012:function:retrain"; the loop calls it in its own region: give the ARN of a function in us-east-1',
      'modelloop:learning.trafficQueueArn is "arn:aws:sns:us-east-1:123456789012:traffic"; the loop calls it in its own region: give the ARN of a queue in us-east-1',
    ),
  );
});

test("A9 a loop without a way to people is refused in the file's own words", () => {
  const learning = { models: [{ name: "log-anomaly" }], channels: {} };
  expect(refusal({ ...smallest(), "modelloop:learning": learning })).toBe(
    refused(
      "modelloop:learning.channels are none; a loop that pages nobody is not watched: give emailAddresses, slackWebhookSecret or pagerDutySecret",
    ),
  );
});

test("I5 a cache that fails over to nothing is refused", () => {
  expect(refusal(withData({ cache: { automaticFailover: true } }))).toBe(
    refused(
      "modelloop:data.cache.automaticFailover is true with replicas 0; nothing could take over: use 1 replica or more, or leave it out",
    ),
  );
});

// ElastiCache's ids end at 40 characters, and begin with the stack's name: a long stack leaves short users.
test("I5 a user whose id would be too long is refused in the stack in which it is", () => {
  const users = [{ name: "recommendations-reader" }];
  expect(refusal(withData({ cache: { users } }))).toBeUndefined();
  expect(refusal(withData({ cache: { users } }), "dev-of-the-alpine")).toBe(
    'Pulumi.dev-of-the-alpine.yaml is refused:\n  - modelloop:data.cache.users[0].name is "recommendations-reader"; "dev-of-the-alpine-cache-recommendations-reader" is to be an id in ElastiCache, of up to 40 lower-case letters, digits and single hyphens: choose another',
  );
});

test("I7 I8 I11 registries, secrets and backups are judged too", () => {
  const secret = { name: "slack-webhook", description: "Webhook of #ml-ops" };
  const data = {
    registry: { repositories: ["API"], tagsThatMayBeOverwritten: ["*"] },
    secrets: [secret, secret],
    backup: { rules: [{ name: "daily", frequency: "daily", keepDays: 7 }], vaultLock: { mode: "governance", minRetentionDays: 30 } },
  };
  expect(refusal(withData(data))).toBe(
    refused(
      'modelloop:data.registry.repositories[0] makes the name "dev/API"; ECR takes up to 256 lower-case letters, digits and single . _ - between them: choose another name, or set namespace',
      'modelloop:data.registry.tagsThatMayBeOverwritten has "*"; that is every tag, and a tag then says nothing about the image: name the tags, or set allowEveryTagToBeOverwritten to true',
      "modelloop:data.secrets names slack-webhook more than once; each counts once: name it once",
      "modelloop:data.backup.rule daily keeps for 7 days; the vault's lock takes backups of 30 days or more only: change one of the two",
    ),
  );
});

test("I2 every fault of the cluster is told at once", () => {
  const cluster = {
    publicAccessCidrs: ["203.0.113.0/24"],
    controlPlaneLogs: { types: ["audit", "audit"], retentionDays: 45 },
    access: [{ name: "a", principalArn: "arn:aws:iam::123456789012:role/a", level: "AmazonEKSClusterAdminPolicy", namespaces: ["mlops"] }],
    systemNodes: { minSize: 7 },
  };
  expect(refusal(withCompute({ cluster }))).toBe(
    refused(
      "modelloop:compute.cluster.publicAccessCidrs is set without publicEndpoint; a private endpoint has no such list: set publicEndpoint to true, or leave it out",
      "modelloop:compute.cluster.controlPlaneLogs.types names audit more than once; each counts once: name it once",
      "modelloop:compute.cluster.controlPlaneLogs.retentionDays is 45; CloudWatch Logs keeps logs for certain periods only: use 60",
      "modelloop:compute.cluster.access[0].namespaces is set with level ClusterAdmin; that level is for the whole cluster: use Admin, or leave it out",
      "modelloop:compute.cluster.systemNodes.minSize is 7; 2 zones of 3 have room for 6: lower minSize, or raise maxSizePerZone",
    ),
  );
});

describe("I2 the version of Kubernetes", () => {
  const on = (today: string, kubernetesVersion: string) => refusal(withCompute({ cluster: { kubernetesVersion } }), "dev", [], today);

  // The day after, the cluster costs six times as much or is upgraded by AWS at a time that nobody chose.
  test("is refused from the day on which AWS no longer keeps it for the normal price", () => {
    expect(on("2027-03-27", "1.35")).toBeUndefined();
    expect(on("2027-03-28", "1.36")).toBeUndefined();
    expect(on("2027-03-28", "1.35")).toBe(
      refused(
        "modelloop:compute.cluster.kubernetesVersion is 1.35; its standard support on EKS ended on 2027-03-27, and USD 0.60 an hour or an upgrade at any time follows: use 1.36",
      ),
    );
  });

  test("is refused where this release does not know it", () => {
    expect(on("2026-11-21", "1.29")).toBe(
      refused('modelloop:compute.cluster.kubernetesVersion is "1.29"; it takes 1.35 or 1.36: write for example "1.35"'),
    );
  });
});

test("I3 a group of GPU nodes names a type with a GPU, and one without a GPU none", () => {
  const llm = { name: "llm", instanceTypes: ["m6i.large"] };
  const serving = { name: "serving", instanceTypes: ["g4dn.xlarge"] };
  expect(refusal(withCompute({ gpuNodeGroups: [llm] }))).toBe(
    refused(
      'modelloop:compute.gpuNodeGroups[0].instanceTypes[0] is "m6i.large"; it takes g4dn.xlarge, g4dn.2xlarge, g4dn.4xlarge, g4dn.8xlarge, g4dn.12xlarge, g4dn.16xlarge or g4dn.metal: write for example "g4dn.xlarge"',
    ),
  );
  expect(refusal(withCompute({ nodeGroups: [serving] }))).toBe(
    refused(
      "modelloop:compute.nodeGroups[0].instanceTypes[0] is g4dn.xlarge; it has an accelerator, whose nodes need a taint and drivers: use GpuNodeGroup, or a type without one",
    ),
  );
});

test("I3 more nodes are not kept than there is room for, and names are taken once", () => {
  const nodeGroups = [{ name: "serving", zones: 2, minSize: 5, maxSizePerZone: 2 }];
  const gpuNodeGroups = [
    { name: "llm", minSize: 3, maxSizePerZone: 1 },
    { name: "serving", capacity: "spot", zones: 1 },
  ];
  expect(refusal(withCompute({ nodeGroups, gpuNodeGroups }))).toBe(
    refused(
      "modelloop:compute.nodeGroups[0].minSize is 5; 2 zones of 2 have room for 4: lower minSize, or raise maxSizePerZone",
      "modelloop:compute.gpuNodeGroups[0].minSize is 3; 2 zones of 1 have room for 2: lower minSize, or raise maxSizePerZone",
      "modelloop:compute.gpuNodeGroups[1].capacity is spot in 1 zone with 1 type; T4 capacity runs out by zone and type: give 2 zones or types, or use on-demand",
      "modelloop:compute.nodeGroups and gpuNodeGroups names serving more than once; each counts once: name it once",
    ),
  );
});

test("M6 I13 what runs in the cluster for everybody is judged too", () => {
  const compute = {
    addOns: ["dcgmExporter"],
    idleNodeMinutes: 5_000,
    namespaces: { httpsEgress: [{ name: "all", cidrs: ["0.0.0.0/0"] }] },
    gateway: { domainName: "internal", allowPlainHttp: true, routes: [] },
  };
  expect(refusal(withCompute(compute))).toBe(
    refused(
      "modelloop:compute.addOns lacks loadBalancerController; nobody would register pods with the gateway, and every name would answer 503: add it, or leave gateway out",
      "modelloop:compute.addOns has dcgmExporter without nvidiaDevicePlugin; no pod then gets a GPU, and there is nothing to measure: add it, or leave dcgmExporter out",
      "modelloop:compute.idleNodeMinutes is 5000; an idle node is given back within a day: use a whole number from 1 to 1,440",
      "modelloop:compute.namespaces.httpsEgress[0].cidrs[0] is 0.0.0.0/0; pods could then send anything anywhere: name narrower ranges, or set allowHttpsToAnywhere to true",
      'modelloop:compute.gateway.domainName is "internal"; a domain is written in lower-case letters, digits, hyphens and at least one dot: use one such as ml.example.com',
      "modelloop:compute.gateway.routes is empty; the gateway would lead nowhere: name what it leads to",
    ),
  );
});

// One mistyped port, and the plain HTTP beside it is heard of only at the next attempt.
test("I9 a port that is none does not hide what else is wrong with the gateway", () => {
  const routes = [{ host: "mlflow", namespace: "mlflow", serviceName: "ML flow", servicePort: 80, podPort: 5_000 }];
  expect(refusal(withCompute({ gateway: { domainName: "internal", routes: [{ ...routes[0], podPort: 70_000 }] } }))).toBe(
    refused(
      "modelloop:compute.gateway.routes[0].podPort is 70000; it takes a whole number from 1 to 65535: write for example 5000",
      'modelloop:compute.gateway.domainName is "internal"; a domain is written in lower-case letters, digits, hyphens and at least one dot: use one such as ml.example.com',
      "modelloop:compute.gateway.certificateArn is missing; who approves a model would do it in the clear: give the ARN of a certificate for *.<domainName>, or set allowPlainHttp to true",
    ),
  );
  expect(refusal(withCompute({ gateway: { domainName: "dev.ml.internal", allowPlainHttp: true, routes } }))).toBe(
    refused(
      'modelloop:compute.gateway.routes[0].serviceName is "ML flow"; Kubernetes takes up to 63 lower-case letters, digits and hyphens, a letter first: give the name of the Service',
    ),
  );
});

// YAML makes a number of 1.30 that has lost its zero: whoever reads "it takes 1.35 or 1.36" has written just that.
test("I2 a version without quotes is refused with the word that helps", () => {
  expect(refusal(withCompute({ cluster: { kubernetesVersion: 1.35 } }))).toBe(
    refused("modelloop:compute.cluster.kubernetesVersion is 1.35, which YAML reads as a number; it takes 1.35 or 1.36: put it in quotes"),
  );
});
