/** The program itself, recorded for every committed environment in both modes. */
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ConfigurationError } from "../../components/shared/errors";
import { loadProgram, type Mode, record, type RecordedResource, type Recording } from "../../offline/engine";
import { type PlanDocument, planDocument, type PlannedResource } from "../../offline/plan/plan-document";
import { redactedRecording } from "../../offline/plan/redaction";
import { readAccepted, staleText } from "../../offline/upgrade/accepted";
import { readBaseline } from "../../offline/upgrade/baseline";
import { judgeUpgrade } from "../../offline/upgrade/judge";
import { asPulumiHandsItOver, committed, type ConfigBlock, ENVIRONMENTS, ROOT, smallest } from "./stack-file";

const program = loadProgram(ROOT, "stacks/index.ts");

const plans = new Map<string, Promise<Recording>>();

/** Each plan is made once, however many tests look at it. */
function plan(config: ConfigBlock, mode: Mode = "apply", stack = "dev", secretKeys: string[] = []): Promise<Recording> {
  const options = { project: "modelloop", stack, mode, config: asPulumiHandsItOver(config), secretKeys, root: ROOT, program };
  const key = JSON.stringify(options);
  const planned = plans.get(key) ?? record(options);
  plans.set(key, planned);
  return planned;
}

function withFoundation(change: ConfigBlock): ConfigBlock {
  const config = smallest();
  Object.assign(config["modelloop:foundation"], change);
  return config;
}

function ofType({ resources }: Recording, type: string): RecordedResource[] {
  return resources.filter((resource) => resource.type === type);
}

const baseline = (environment: string) => readBaseline(fs.readFileSync(path.join(ROOT, `baselines/${environment}.json`), "utf8"));
const ACCEPTED = readAccepted(parse(fs.readFileSync(path.join(ROOT, "baselines/accepted.yaml"), "utf8"))).accepted;

/** Names without the type, of what the stack itself creates. */
function componentNames({ resources }: Recording): string[] {
  const stack = resources[0]?.urn;
  return resources.filter(({ parent, kind }) => kind === "component" && parent === stack).map(({ name }) => name);
}

const SMALL = { secrets: ["slack-webhook", "llm-key"], backups: [] as string[] };
const LARGE = { secrets: ["slack-webhook", "llm-key", "pagerduty-key"], backups: ["backups", "access-logs"] };

/** eks.Cluster hands its tags on to everything but this (pulumi-eks 4.3.0, nodejs/eks/cluster/cluster.ts). */
const TAGGED_BY_NOBODY = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

describe.each(ENVIRONMENTS)("C1 %s as committed", (environment) => {
  let recordings: Record<Mode, Recording>;
  beforeAll(async () => {
    const config = committed(environment);
    recordings = { apply: await plan(config, "apply", environment), preview: await plan(config, "preview", environment) };
  });

  // A preview that shows other resources than `up` then creates is worse than no preview.
  test("creates in apply mode what preview mode announces", () => {
    const urns = ({ resources }: Recording): string[] => resources.map(({ urn }) => urn).sort();
    expect(urns(recordings.preview)).toEqual(urns(recordings.apply));
  });

  test("gives every layer its components, all named after the stack", () => {
    const { secrets, backups } =
      { dev: SMALL, staging: { ...SMALL, backups: ["backups", "access-logs"] }, prod: LARGE }[environment] ?? SMALL;
    expect(componentNames(recordings.apply)).toEqual(
      [
        ...["logs-key", "data-key", "network", "budget", "raw-logs", "processed-data", "dvc-remote", "mlflow-artifacts", "models"],
        ...["database", "cache", "registry", ...secrets, ...backups, "audit-trail"],
        ...["cluster", "serving", "llm", "loop-assets", "loop", "add-ons", "namespaces", "gateway", "router", "triton", "language-model"],
      ].map((noun) => `${environment}-${noun}`),
    );
  });

  // Without an owner nobody is asked before something is switched off; without a cost centre nobody pays.
  test("tags everything that can have tags", () => {
    const untagged = recordings.apply.resources.filter(canHaveTags).filter(({ type, inputs }) => {
      if (type === TAGGED_BY_NOBODY) return false;
      const tags = inputs["tags"] as Record<string, string> | undefined;
      return ["Project", "Environment", "Stack", "Owner", "CostCentre"].some((key) => tags?.[key] === undefined);
    });
    expect(untagged.map(({ urn }) => urn)).toEqual([]);
    expect(recordings.apply.resources.filter(canHaveTags).length).toBeGreaterThan(20);
  });

  test("tells others what they need, and nothing undefined", () => {
    const { buckets, ...outputs } = recordings.apply.stackOutputs;
    const ofBackups = environment === "dev" ? [] : ["backupVaultArn", "restoreRoleArn"];
    expect(Object.keys(outputs).sort()).toEqual(
      [
        ...["auditTrailArn", "dataKeyArn", "intraSubnetIds", "logsKeyArn", "natPublicIps", "privateSubnetIds", "publicSubnetIds"],
        ...["vpcCidr", "vpcId", "database", "cache", "repositoryUrls", "secretArns", ...ofBackups],
        ...[
          "cluster",
          "kubeconfig",
          "storageClassName",
          "namespaces",
          "gatewayUrls",
          "gatewayClientSecurityGroupId",
          "triton",
          "languageModel",
          "router",
          "loop",
        ],
      ].sort(),
    );
    expect(JSON.stringify(outputs)).not.toContain("undefined");
    expect(outputs["gatewayUrls"]).toEqual({
      mlflow: environment === "prod" ? "https://mlflow.ml.example.com" : `http://mlflow.${environment}.ml.internal`,
    });
    expect(Object.keys(buckets as object).sort()).toEqual(["dvcRemote", "mlflowArtifacts", "models", "processedData", "rawLogs"]);
    expect(recordings.apply.stackOutputSecrets).toEqual([]);
  });

  const judged = (document: PlanDocument) => judgeUpgrade(baseline(environment), document, ACCEPTED);
  const document = (change = (text: string) => text) =>
    JSON.parse(change(JSON.stringify(planDocument(redactedRecording(recordings.preview))))) as PlanDocument;

  // Whoever runs the last release has data in it.
  test("C3 an upgrade from the last release deletes, replaces and weakens nothing that holds data", () => {
    const { dangers, unknown } = judged(document());
    expect(dangers.map(({ says }) => says)).toEqual([]);
    expect(unknown).toEqual([]);
  });

  test("C3 the database without protect, a bucket under another name and shorter backups are each caught", () => {
    const name = `${environment}-database-instance`;
    const withDatabase = (change: (database: PlannedResource) => void) => {
      const plan = document();
      change(plan.resources.find((resource) => resource.name === name) as PlannedResource);
      return judged(plan).dangers.map(({ says }) => says);
    };
    expect(withDatabase(({ options }) => delete options.protect)).toEqual([
      `The database ${name} is no longer protected, and the next rename, replacement or destroy deletes it without a question: give it protect: true again, or accept the change.`,
    ]);
    expect(withDatabase(({ inputs }) => (inputs["backupRetentionPeriod"] = 1))).toEqual([
      expect.stringContaining(`The database ${name} would be weakened: backupRetentionPeriod changes from `),
    ]);
    const renamed = document((text) => text.replaceAll(`${environment}-raw-logs`, `${environment}-unread-logs`));
    expect(judged(renamed).dangers.map(({ says }) => says)).toEqual([
      `The URN of modelloop:index:Bucket changes without an alias (the component ${environment}-raw-logs is gone and ${environment}-unread-logs is new): its 7 resources would go, among them bucket ${environment}-raw-logs-bucket; pulumi up stops at the first that is protected: give the new one aliases: [{ name: "${environment}-raw-logs" }], or keep the name.`,
    ]);
    const component = renamed.resources.find((resource) => resource.name === `${environment}-unread-logs`);
    component?.options.aliases.push(JSON.stringify({ name: `${environment}-raw-logs` }));
    expect(judged(renamed).dangers).toEqual([]);
  });

  test("logs nothing to worry about", () => {
    expect(recordings.apply.messages).toEqual([]);
  });
});

// An entry that stays covers, a release later, for a change that nobody wanted.
test("C3 every accepted change is still one in some environment", async () => {
  const stale = await Promise.all(
    ENVIRONMENTS.map(async (environment) => {
      const preview = await plan(committed(environment), "preview", environment);
      return judgeUpgrade(baseline(environment), planDocument(redactedRecording(preview)), ACCEPTED).stale;
    }),
  );
  expect(ACCEPTED.filter((entry) => stale.every((entries) => entries.includes(entry))).map(staleText)).toEqual([]);
});

describe("what the file says reaches the components:", () => {
  test("I1 prod spans three zones with a gateway in each, dev two with one", async () => {
    const gateways = async (environment: string): Promise<number> =>
      ofType(await plan(committed(environment), "apply", environment), "aws:ec2/natGateway:NatGateway").length;
    expect([await gateways("dev"), await gateways("staging"), await gateways("prod")]).toEqual([1, 1, 3]);
  });

  test("I1 flow logs in S3 get a bucket of their own that forgets them in time", async () => {
    const network = { cidr: "10.20.0.0/16", flowLogs: { destination: "s3", retentionDays: 45 } };
    const recording = await plan(withFoundation({ network }));
    expect(componentNames(recording)).toContain("dev-flow-logs");
    expect(ofType(recording, "aws:ec2/flowLog:FlowLog")[0]?.inputs).toMatchObject({ logDestinationType: "s3" });
    expect(JSON.stringify(ofType(recording, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"))).toContain('"days":45');
  });

  test("I1 no flow logs means none", async () => {
    const network = { cidr: "10.20.0.0/16", flowLogs: { destination: "none" } };
    expect(ofType(await plan(withFoundation({ network })), "aws:ec2/flowLog:FlowLog")).toEqual([]);
  });

  test("I1 an existing VPC is used and none is created", async () => {
    const existingVpc = {
      vpcId: "vpc-0abc12de",
      cidr: "10.30.0.0/16",
      publicSubnetIds: ["subnet-0a"],
      privateSubnetIds: ["subnet-0b", "subnet-1b"],
      intraSubnetIds: ["subnet-0c", "subnet-1c"],
    };
    const recording = await plan(withFoundation({ network: { existingVpc } }));
    expect(ofType(recording, "aws:ec2/vpc:Vpc")).toEqual([]);
    expect(recording.stackOutputs).toMatchObject({ vpcId: "vpc-0abc12de", privateSubnetIds: ["subnet-0b", "subnet-1b"] });
  });

  // A key policy that admits a service which writes nothing admits it to decrypt as well.
  test("I7 the key of the logs admits the services that write logs, and no others", async () => {
    const admitted = async (foundation: ConfigBlock): Promise<string[]> => {
      const [key] = ofType(await plan(withFoundation(foundation)), "aws:kms/key:Key").filter(({ name }) => name.startsWith("dev-logs-key"));
      const services = JSON.stringify(key?.inputs["policy"]).matchAll(/"(?:Service\\?":\s*\\?")([a-z.0-9-]+)/g);
      return [...new Set([...services].map(([, service = ""]) => service.split(".")[0] ?? ""))].sort();
    };
    // The database and the control plane log to CloudWatch in every stack.
    expect(await admitted({ network: { cidr: "10.20.0.0/16", flowLogs: { destination: "none" } } })).toEqual(["logs"]);
    expect(await admitted({})).toEqual(["logs"]);
    expect(await admitted({ network: { cidr: "10.20.0.0/16", flowLogs: { destination: "s3" } } })).toEqual(["delivery", "logs"]);
    expect(await admitted({ auditTrail: {} })).toEqual(["cloudtrail", "logs"]);
  });

  test("I12 without an audit trail there is no output of it", async () => {
    const recording = await plan(smallest());
    expect(ofType(recording, "aws:cloudtrail/trail:Trail")).toEqual([]);
    expect(recording.stackOutputs).not.toHaveProperty("auditTrailArn");
  });

  test("I12 recordDataAccess watches the five data buckets", async () => {
    const [trail] = ofType(await plan(withFoundation({ auditTrail: { recordDataAccess: true } })), "aws:cloudtrail/trail:Trail");
    expect(JSON.stringify(trail?.inputs).match(/arn:aws:s3:::dev-[a-z-]+/g)).toHaveLength(5);
  });

  test("I10 a budget counts the account, or what carries the environment's tag", async () => {
    const budget = { monthlyLimitUsd: 600, emailAddresses: ["ml-platform@example.com"] };
    const filters = async (block: ConfigBlock): Promise<string> =>
      JSON.stringify(ofType(await plan(withFoundation({ budget: block })), "aws:budgets/budget:Budget")[0]?.inputs);
    expect(await filters(budget)).not.toContain("user:Environment");
    expect(await filters({ ...budget, countOnlyThisEnvironment: true })).toContain("user:Environment$dev");
  });

  // Staging was to be thrown away; the models of a quarter went with it. Only the key that says so may allow it.
  test("I11 data is protected and kept, unless destroyDeletesAllData says otherwise", async () => {
    const everything = async (destroyDeletesAllData: boolean): Promise<RecordedResource[]> => {
      const registry = { repositories: ["api"] };
      const secrets = [{ name: "slack-webhook", description: "Webhook" }];
      const config = withFoundation({ auditTrail: {}, destroyDeletesAllData });
      return (await plan({ ...config, "modelloop:data": { registry, secrets, backup: {} } })).resources;
    };
    const kept = (resources: RecordedResource[]): string[] =>
      // What eks.Cluster's provider makes inherits its protection, roles and all.
      resources.filter(({ options, modelled }) => options.protect === true && !modelled).map(({ type }) => type);
    const types = [...new Set(kept(await everything(false)))].sort();
    expect(types).toEqual([
      "aws:backup/vault:Vault",
      "aws:cloudtrail/trail:Trail",
      "aws:ecr/repository:Repository",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:kms/key:Key",
      "aws:rds/instance:Instance",
      "aws:s3/bucket:Bucket",
      "aws:secretsmanager/secret:Secret",
      "eks:index:Cluster",
      "kubernetes:core/v1:Namespace",
    ]);
    const disposable = await everything(true);
    expect(kept(disposable)).toEqual([]);
    expect(disposable.filter(({ options }) => options.retainOnDelete === true).map(({ urn }) => urn)).toEqual([]);
  });
});

describe("the control loop", () => {
  const loop = { models: [{ name: "log-anomaly" }], channels: { emailAddresses: ["ml-platform@example.com"] } };

  test("is there where the file has one, and nowhere else", async () => {
    expect(componentNames(await plan(smallest()))).not.toContain("dev-loop");
    expect(componentNames(await plan({ ...smallest(), "modelloop:learning": loop }))).toEqual(
      expect.arrayContaining(["dev-loop-assets", "dev-loop"]),
    );
  });

  // The messenger that may read a secret but not the key that encrypts it delivers nothing, and says so to nobody.
  test("A9 gets its secrets by name, and the key that encrypts them", async () => {
    const secrets = [{ name: "hook", description: "Webhook" }];
    const channels = { slackWebhookSecret: "hook" };
    const config = { ...smallest(), "modelloop:data": { secrets }, "modelloop:learning": { ...loop, channels } };
    const [stack] = ofType(await plan(config), "aws:cloudformation/stack:Stack");
    expect(stack?.inputs["parameters"]).toEqual({
      AssetBucket: expect.stringMatching(/^dev-loop-assets-bucket-/) as string,
      SlackWebhookSecretArn: expect.stringContaining(":secretsmanager:") as string,
      SecretsKmsKeyArn: expect.stringMatching(/^arn:aws:kms:/) as string,
    });
  });

  test("I11 can be thrown away only where all data can", async () => {
    const stackOf = async (destroyDeletesAllData: boolean) => {
      const config = { ...withFoundation({ destroyDeletesAllData }), "modelloop:learning": loop };
      const [stack] = ofType(await plan(config), "aws:cloudformation/stack:Stack");
      return [stack?.options.protect, stack?.options.retainOnDelete];
    };
    expect(await stackOf(false)).toEqual([true, true]);
    expect(await stackOf(true)).toEqual([false, false]);
  });
});

describe("a refused file", () => {
  test("C1 ends the program before a single resource, with the refusal and nothing else", async () => {
    const config = withFoundation({ owner: 3 });
    await expect(plan(config)).rejects.toEqual(
      new ConfigurationError("Pulumi.dev.yaml", [
        "modelloop:foundation.owner is 3, which YAML reads as a number; it takes 1 to 128 letters, digits, spaces and . : / = + @ - _: put it in quotes",
      ]),
    );
  });

  test("C1 is one with an encrypted value, as the SDK reports it", async () => {
    await expect(plan(smallest(), "apply", "dev", ["modelloop:foundation"])).rejects.toEqual(
      new ConfigurationError("Pulumi.dev.yaml", [
        "modelloop:foundation contains an encrypted value; nothing in it is secret, and decrypted it would stand in plans and in tags: write it in plain, and keep passwords in Secrets Manager",
      ]),
    );
  });
});

// Two networks with one range can never be peered, and whoever finds out has to rebuild one of them.
test("I1 the committed environments lie apart, and each reserves the others' ranges", () => {
  const networks = ENVIRONMENTS.map((environment) => {
    const { network } = committed(environment)["modelloop:foundation"] as { network: { cidr: string; reservedCidrs: { cidr: string }[] } };
    return { cidr: network.cidr, reserved: network.reservedCidrs.map(({ cidr }) => cidr) };
  });
  const ranges = networks.map(({ cidr }) => cidr);
  expect(new Set(ranges).size).toBe(3);
  for (const { cidr, reserved } of networks) expect([cidr, ...reserved].sort()).toEqual([...ranges].sort());
});

/** Whether the SDK's own declaration of the arguments has `tags`. Types of other packages have none that we set. */
function canHaveTags({ type, kind }: RecordedResource): boolean {
  const [, module, name] = /^aws:(.+):(\w+)$/.exec(type) ?? [];
  if (module === undefined || kind !== "custom") return false;
  const declarations = fs.readFileSync(path.join(ROOT, "node_modules/@pulumi/aws", `${module}.d.ts`), "utf8");
  const [, args = ""] = new RegExp(`export interface ${name}Args \\{(.*?)\\n\\}`, "s").exec(declarations) ?? [];
  return /^ {4}tags\?:/m.test(args);
}
