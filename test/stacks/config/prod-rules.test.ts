import { committed, type ConfigBlock, refusal } from "../stack-file";

/** The committed prod file, which holds every rule, with one block changed. */
function prodWith(key: string, change: object): ConfigBlock {
  const config = committed("prod");
  const [layer = "", ...steps] = key.split(".");
  let block = config[`modelloop:${layer}`] as ConfigBlock;
  for (const step of steps) block = block[step] as ConfigBlock;
  Object.assign(block, change);
  return config;
}

function refused(...sentences: string[]): string {
  return ["Pulumi.prod.yaml is refused:", ...sentences.map((sentence) => `  - ${sentence}`)].join("\n");
}

describe("in prod", () => {
  // RDS replaces a lost server in another zone in a minute or two where there is a standby, and by a restore of hours where there is none.
  test("I4 a database in one zone is refused", () => {
    expect(refusal(prodWith("data.postgres", { multiAz: false }), "prod")).toBe(
      refused(
        "modelloop:data.postgres.multiAz is false; in prod the failure of one zone must not end the database of every service: write true",
      ),
    );
  });

  // The weekly job that deletes too much is noticed by the weekly report.
  test("I11 13 days of backups are refused, and 14 are enough", () => {
    const backup = (retentionDays: number) => refusal(prodWith("data.postgres", { backup: { retentionDays } }), "prod");
    expect(backup(14)).toBeUndefined();
    expect(backup(13)).toBe(
      refused(
        "modelloop:data.postgres.backup.retentionDays is 13; in prod a fault that is found after a week must still be curable: keep backups for 14 days or more",
      ),
    );
  });

  test("I11 giving up backups altogether is refused by the component's rule too", () => {
    expect(refusal(prodWith("data.postgres", { backup: { retentionDays: 0 } }), "prod")).toBe(
      refused(
        "modelloop:data.postgres.backup.retentionDays is 0; that gives up every way back to yesterday: use 1 to 35, or set backup.turnedOff to true",
        "modelloop:data.postgres.backup.retentionDays is 0; in prod a fault that is found after a week must still be curable: keep backups for 14 days or more",
      ),
    );
  });

  test("I11 backups that are turned off are refused", () => {
    expect(refusal(prodWith("data.postgres", { backup: { turnedOff: true } }), "prod")).toBe(
      refused(
        "modelloop:data.postgres.backup.turnedOff is true; in prod a fault that is found after a week must still be curable: keep backups for 14 days or more",
      ),
    );
  });

  // A full disk stops PostgreSQL, and with it MLflow, Airflow and every prediction's feedback.
  test("I4 storage that cannot grow is refused", () => {
    expect(refusal(prodWith("data.postgres", { storage: { sizeGib: 100, maxSizeGib: 100 } }), "prod")).toBe(
      refused(
        "modelloop:data.postgres.storage.maxSizeGib is 100, no more than the 100 GiB it starts with; in prod a full disk must not stop the database: write a larger one, or leave it out",
      ),
    );
  });

  test("I5 a cache without a replica, or whose replica does not take over, is refused", () => {
    expect(refusal(prodWith("data.cache", { replicas: 0 }), "prod")).toBe(
      refused(
        "modelloop:data.cache.replicas is 0; in prod the failure of one node must not end every session and Feast's online store: write 1 or more, and leave automaticFailover out",
      ),
    );
    expect(refusal(prodWith("data.cache", { automaticFailover: false }), "prod")).toBe(
      refused(
        "modelloop:data.cache.replicas is 1 and automaticFailover is false; in prod the failure of one node must not end every session and Feast's online store: write 1 or more, and leave automaticFailover out",
      ),
    );
  });

  test("I11 no backup plan is refused", () => {
    expect(refusal(prodWith("data", { backup: undefined }), "prod")).toBe(
      refused(
        "modelloop:data.backup is missing; in prod volumes are backed up, and backups outlive the server that they are of: add it, {} is enough",
      ),
    );
  });

  test("I11 backups of a day, a cache without snapshots, and silence about both are refused", () => {
    const rules = [
      { name: "daily", frequency: "daily", keepDays: 13 },
      { name: "weekly", frequency: "weekly", keepDays: 90 },
    ];
    expect(refusal(prodWith("data", { backup: { rules } }), "prod")).toBe(
      refused(
        "modelloop:data.backup.rules has no daily one that keeps for 14 days or more; in prod a fault that is found after a week must still be curable: add one, or leave rules out",
        "modelloop:data.backup tells nobody; in prod backups that fail must not be found out when one is needed: add failureEmailAddresses, or notificationTopicArn",
      ),
    );
    expect(refusal(prodWith("data.cache", { snapshotRetentionDays: 0 }), "prod")).toBe(
      refused(
        "modelloop:data.cache.snapshotRetentionDays is 0; in prod a lost cache must not mean a day of filling Feast's online store again: write 1 or more",
      ),
    );
    const notificationTopicArn = "arn:aws:sns:us-east-1:123456789012:alarms";
    expect(refusal(prodWith("data.backup", { failureEmailAddresses: undefined, notificationTopicArn }), "prod")).toBeUndefined();
  });

  // A zone fails, and with it DNS, the autoscaler that would buy nodes elsewhere, and every answer.
  test("I2 nodes of one zone, one node, and serving on what AWS may take back are refused", () => {
    expect(refusal(prodWith("compute.cluster", { systemNodes: { zones: 1, minSize: 2 } }), "prod")).toBe(
      refused(
        "modelloop:compute.cluster.systemNodes keeps 2 in 1 zone; in prod the failure of one node, or of one zone, must not end DNS and the autoscaler: use 2 or more in 2 zones or more",
      ),
    );
    const spot = { name: "serving", instanceTypes: ["m6i.xlarge", "m5.xlarge"], capacity: "spot", minSize: 0 };
    expect(refusal(prodWith("compute", { nodeGroups: [spot, { ...spot, name: "batch" }] }), "prod")).toBe(
      refused(
        'modelloop:compute.nodeGroups[0].capacity is "spot"; in prod AWS must not be able to take away all that answers people within two minutes: write on-demand, and keep spot for another group',
        "modelloop:compute.nodeGroups[0] keeps 0 in 2 zones; in prod the failure of one node, or of one zone, must not end every answer: use 2 or more in 2 zones or more",
      ),
    );
  });

  test("I9 a gateway without a log of who asked for what is refused", () => {
    expect(refusal(prodWith("data", { accessLogs: undefined }), "prod")).toBe(
      refused(
        "modelloop:data.accessLogs is missing; in prod it must be possible to tell who asked the gateway for what: add it, {} is enough",
      ),
    );
  });

  // After a break-in the cluster's own record says which role did what; EKS keeps none unless told to.
  test("I2 a control plane that does not log who did what is refused", () => {
    const types = (...logged: string[]) => refusal(prodWith("compute.cluster", { controlPlaneLogs: { types: logged } }), "prod");
    expect(types("audit", "authenticator")).toBeUndefined();
    expect(types("api", "audit")).toBe(
      refused(
        "modelloop:compute.cluster.controlPlaneLogs.types lacks authenticator; in prod it must be possible to tell who did what in the cluster: add it",
      ),
    );
    expect(types()).toBe(
      refused(
        "modelloop:compute.cluster.controlPlaneLogs.types lacks audit and authenticator; in prod it must be possible to tell who did what in the cluster: add them",
      ),
    );
  });

  test("I2 a public endpoint without an allow list, or for everybody, is refused, and one with a list is not", () => {
    const endpoint = (change: object) => refusal(prodWith("compute.cluster", { publicEndpoint: true, ...change }), "prod");
    expect(endpoint({ publicAccessCidrs: ["198.51.100.7/32"] })).toBeUndefined();
    expect(endpoint({})).toBe(
      refused(
        "modelloop:compute.cluster.publicEndpoint is true without publicAccessCidrs; EKS then answers the whole internet: name the ranges that may reach it, or leave publicEndpoint out",
      ),
    );
    expect(endpoint({ publicAccessCidrs: ["0.0.0.0/0"], allowPublicAccessFromAnywhere: true })).toBe(
      refused("modelloop:compute.cluster.allowPublicAccessFromAnywhere is true; in prod the cluster answers nobody, or a list: remove it"),
    );
    expect(endpoint({ publicAccessCidrs: ["0.0.0.0/0"] })).toBe(
      refused(
        "modelloop:compute.cluster.publicAccessCidrs[0] is 0.0.0.0/0; it lets the internet at large try the cluster's door: name narrower ranges, or set allowPublicAccessFromAnywhere to true",
      ),
    );
  });

  // An approval travels through the gateway.
  test("I9 a gateway without TLS is refused, spelled out or not", () => {
    expect(refusal(prodWith("compute.gateway", { certificateArn: undefined, allowPlainHttp: true }), "prod")).toBe(
      refused(
        "modelloop:compute.gateway.allowPlainHttp is true; in prod nobody approves a model in the clear: give certificateArn, and remove it",
      ),
    );
    expect(refusal(prodWith("compute.gateway", { certificateArn: undefined }), "prod")).toBe(
      refused(
        "modelloop:compute.gateway.certificateArn is missing; who approves a model would do it in the clear: give the ARN of a certificate for *.<domainName>, or set allowPlainHttp to true",
      ),
    );
  });

  // Whoever is on call sleeps, and a message in Slack does not wake them.
  test("A9 a loop that tells Slack alone is refused", () => {
    const channels = { emailAddresses: [], slackWebhookSecret: "slack-webhook", pagerDutySecret: undefined };
    expect(refusal(prodWith("learning", { channels }), "prod")).toBe(
      refused(
        "modelloop:learning.channels are Slack alone; in prod a message must reach somebody who is not looking: add pagerDutySecret or emailAddresses",
      ),
    );
    expect(refusal(prodWith("learning.channels", { pagerDutySecret: undefined }), "prod")).toBeUndefined();
  });

  test("R6 a loop that acts must be able to wake somebody, and to train", () => {
    const act = { models: [{ name: "log-anomaly", mode: "act" }], channels: { emailAddresses: ["ml-platform@example.com"] } };
    expect(refusal(prodWith("learning", act), "prod")).toBe(
      refused(
        'modelloop:learning.models[0].mode is "act" without channels.pagerDutySecret; in prod what acts by itself must be able to wake somebody: name the secret, or write observe',
        'modelloop:learning.models[0].mode is "act" without retrainingFunctionArn; each run would train nothing and hold off the next one: give the function\'s ARN, or write observe',
      ),
    );
    const retrainingFunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:retrain";
    expect(refusal(prodWith("learning", { models: act.models, retrainingFunctionArn }), "prod")).toBeUndefined();
  });

  test("no loop at all is nobody's fault", () => {
    const { "modelloop:learning": _none, ...config } = committed("prod");
    expect(refusal(config, "prod")).toBeUndefined();
  });

  test("I9 no gateway at all is nobody's fault", () => {
    const { "modelloop:learning": _none, ...config } = prodWith("compute", { gateway: undefined });
    expect(refusal(config, "prod")).toBeUndefined();
  });
});
