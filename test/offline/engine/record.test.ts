/** The engine as its users see it: a program goes in, and what Pulumi's own engine would see comes out. */
import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { InvalidArgumentsError } from "../../../components/shared/errors";
import { type Mode, record, type RecordedResource, type Recording, type RecordOptions, redacted, UNKNOWN } from "../../../offline/engine";

class Store extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("test:index:Store", name, {}, opts);
    const bucket = new aws.s3.Bucket(`${name}-bucket`, {}, { parent: this });
    new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    this.arn = bucket.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

function run(program: () => unknown, more: Partial<RecordOptions> = {}): Promise<Recording> {
  return record({ project: "farm", stack: "dev", mode: "apply", root: __dirname, program, ...more });
}

async function refusal(program: () => unknown, more: Partial<RecordOptions> = {}): Promise<string> {
  return run(program, more).then(
    () => "was not refused",
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

function find(recording: Recording, name: string): RecordedResource {
  const found = recording.resources.filter((resource) => resource.name === name);
  if (found.length !== 1) throw new Error(`${found.length} resources are named ${name}`);
  return found[0] as RecordedResource;
}

describe("what is recorded", () => {
  it("C1 is every resource with its URN, parent, dependencies and the line that made it", async () => {
    const recording = await run(() => void new Store("logs"));
    const [stack, store] = [find(recording, "farm-dev"), find(recording, "logs")];
    const [bucket, versioning] = [find(recording, "logs-bucket"), find(recording, "logs-versioning")];
    expect(bucket).toMatchObject({
      urn: "urn:pulumi:dev::farm::test:index:Store$aws:s3/bucket:Bucket::logs-bucket",
      kind: "custom",
      parent: store.urn,
    });
    expect(store).toMatchObject({ kind: "component", parent: stack.urn, registeredOutputs: true });
    expect(versioning.dependencies).toEqual([bucket.urn]);
    expect(versioning.propertyDependencies).toEqual({ bucket: [bucket.urn], versioningConfiguration: [] });
    expect(versioning.inputs).toEqual({ bucket: "logs-bucket-standin", versioningConfiguration: { status: "Enabled" } });
    expect(bucket.source).toMatch(/^record\.test\.ts#\d+$/);
  });

  it("holds every option", async () => {
    const recording = await run(() => {
      const first = new aws.s3.Bucket("first");
      new aws.s3.BucketVersioning(
        "second",
        { bucket: "b", versioningConfiguration: { status: "Enabled" } },
        {
          protect: true,
          retainOnDelete: true,
          deleteBeforeReplace: true,
          dependsOn: first,
          deletedWith: first,
          import: "there-already",
          ignoreChanges: ["tags"],
          replaceOnChanges: ["bucket"],
          additionalSecretOutputs: ["arn"],
          customTimeouts: { create: "60m" },
          aliases: [{ name: "old" }, "urn:pulumi:dev::farm::aws:s3/bucket:Bucket::older"],
        },
      );
    });
    const first = find(recording, "first");
    expect(find(recording, "second").options).toEqual({
      protect: true,
      retainOnDelete: true,
      deleteBeforeReplace: true,
      deletedWith: first.urn,
      importId: "there-already",
      ignoreChanges: ["tags"],
      replaceOnChanges: ["bucket"],
      additionalSecretOutputs: ["arn"],
      customTimeouts: { create: "60m" },
      aliases: expect.arrayContaining([
        expect.stringContaining('"name":"old"'),
        "urn:pulumi:dev::farm::aws:s3/bucket:Bucket::older",
      ]) as string[],
      providers: {},
      version: "7.48.0",
    });
    expect(find(recording, "second").dependencies).toEqual([first.urn]);
  });

  it("hands protection and retention down from a component to its children, as the engine does", async () => {
    const recording = await run(() => void new Store("logs", { protect: true, retainOnDelete: true }));
    expect(find(recording, "logs-bucket").options).toMatchObject({ protect: true, retainOnDelete: true });
  });

  it("names the provider that each resource would use: the program's own, or the package's default", async () => {
    const recording = await run(
      () => {
        const provider = new aws.Provider("elsewhere", { region: "eu-central-1" });
        new aws.s3.Bucket("far", {}, { provider });
        new aws.s3.Bucket("near");
        new Store("deep", { providers: { aws: provider } });
      },
      { config: { "aws:region": "us-east-2" } },
    );
    expect(find(recording, "far").provider).toBe("urn:pulumi:dev::farm::pulumi:providers:aws::elsewhere::elsewhere-id");
    expect(find(recording, "deep-bucket").provider).toBe("urn:pulumi:dev::farm::pulumi:providers:aws::elsewhere::elsewhere-id");
    expect(find(recording, "near").provider).toBe("urn:pulumi:dev::farm::pulumi:providers:aws::default_7_48_0::default_7_48_0-id");
    expect(find(recording, "default_7_48_0")).toMatchObject({ modelled: true, inputs: { region: "us-east-2", version: "7.48.0" } });
  });

  it("includes resources that are read instead of created", async () => {
    const recording = await run(() => aws.ec2.Vpc.get("shared", "vpc-0123").arn);
    expect(find(recording, "shared")).toMatchObject({ kind: "read", id: "vpc-0123", type: "aws:ec2/vpc:Vpc" });
  });

  it("keeps what the program logs", async () => {
    const recording = await run(() => pulumi.log.warn("the certificate ends in a week"));
    expect(recording.messages).toEqual([{ severity: "warning", text: "the certificate ends in a week" }]);
  });
});

describe("values", () => {
  // A secret that loses its mark on the way is written into state, plan and report in the clear.
  it("I7 keep a secret's mark through configuration, outputs and other resources' inputs", async () => {
    const program = () => {
      const password = new pulumi.Config("farm").requireSecret("password");
      const parameter = new aws.ssm.Parameter("parameter", {
        type: "SecureString",
        value: pulumi.interpolate`postgres://app:${password}@db`,
      });
      new aws.s3.Bucket("copy", { tags: { plain: "p", leaked: parameter.value } });
      return { url: parameter.value, nested: [{ password }] };
    };
    const recording = await run(program, { config: { "farm:password": "hunter2" }, secretKeys: ["farm:password"] });
    expect(find(recording, "parameter").secrets).toEqual([["value"]]);
    expect(find(recording, "copy").secrets).toEqual([["tags", "leaked"]]);
    expect(recording.stackOutputSecrets).toEqual([["nested", 0, "password"], ["url"]]);
    const written = recording.resources.map(({ inputs, secrets, outputs, outputSecrets }) => [
      redacted(inputs, secrets),
      redacted(outputs, outputSecrets),
    ]);
    expect(JSON.stringify(written)).not.toContain("hunter2");
  });

  // Found by a reviewer: one stack transform, and every password of the stack stood in four files in the clear.
  it("I7 keep a secret's mark through transforms, of the resource and of the stack", async () => {
    const label = (resource: pulumi.ResourceTransformArgs) => ({ props: { ...resource.props, tags: { team: "x" } }, opts: resource.opts });
    const program = () => {
      pulumi.runtime.registerResourceTransform(label);
      new aws.ssm.Parameter("p", { type: "SecureString", value: pulumi.secret("hunter2") }, { transforms: [label] });
      new aws.rds.Instance("db", { instanceClass: "db.t3.micro", password: "hunter3" });
    };
    const recording = await run(program);
    expect(find(recording, "p").secrets).toEqual([["value"]]);
    expect(find(recording, "db").secrets).toEqual([["password"]]);
  });

  it("I7 are secret wherever they are repeated: in what a provider builds from them, in names, in the log", async () => {
    const program = () => {
      const password = pulumi.secret("hunter2");
      new aws.ssm.Parameter("p", { type: "SecureString", value: password });
      new eks.Cluster("farm", { vpcId: "vpc-1", privateSubnetIds: ["s-1", "s-2"], skipDefaultNodeGroup: true, tags: { note: password } });
      void pulumi.log.warn("connecting with hunter2");
    };
    const recording = await run(program);
    const written = recording.resources.map(({ inputs, secrets, outputs, outputSecrets }) => [
      redacted(inputs, secrets),
      redacted(outputs, outputSecrets),
    ]);
    expect(JSON.stringify([written, recording.messages])).not.toContain("hunter2");
    expect(recording.messages).toContainEqual({ severity: "warning", text: "connecting with [secret]" });
  });

  it("are invented in apply mode so that a reader sees where each came from, and unknown in preview mode", async () => {
    const program = () => {
      const vpc = new aws.ec2.Vpc("net-vpc", { cidrBlock: "10.0.0.0/16" });
      const topic = new aws.sns.Topic("alarms");
      new aws.ssm.Parameter("p", { type: "String", value: pulumi.interpolate`${vpc.defaultRouteTableId} ${topic.arn} ${vpc.cidrBlock}` });
      return { table: vpc.defaultRouteTableId };
    };
    const [applied, previewed] = [await run(program), await run(program, { mode: "preview" })];
    expect(find(applied, "p").inputs["value"]).toBe("net-vpc.defaultRouteTableId arn:aws:sns:us-east-1:123456789012:alarms 10.0.0.0/16");
    expect(find(previewed, "p")).toMatchObject({ inputs: { value: UNKNOWN }, unknowns: [["value"]] });
    expect(previewed.stackOutputs).toEqual({ table: UNKNOWN });
    expect(find(previewed, "net-vpc").id).toBeUndefined();
  });

  it("give Kubernetes objects their names and namespaces", async () => {
    const recording = await run(() => {
      const namespace = new kubernetes.core.v1.Namespace("serving", { metadata: { name: "serving" } });
      const map = new kubernetes.core.v1.ConfigMap("map", { metadata: { namespace: namespace.metadata.name } });
      return { map: map.metadata.name };
    });
    expect(find(recording, "serving").id).toBe("serving");
    expect(find(recording, "map")).toMatchObject({ id: "serving/map-standin", inputs: { metadata: { namespace: "serving" } } });
    expect(recording.stackOutputs).toEqual({ map: "map-standin" });
  });

  it("answer look-ups from tables, and from answers that the caller gives", async () => {
    const program = async () => {
      const account = aws.getCallerIdentityOutput().accountId;
      const policy = aws.iam.getPolicyDocumentOutput({
        statements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::b/*"], principals: [{ type: "AWS", identifiers: ["*"] }] }],
      });
      return {
        account,
        zones: (await aws.getAvailabilityZones()).names,
        policy: policy.json.apply((json) => JSON.parse(json) as object),
        vpc: aws.ec2.getVpcOutput({ default: true }).id,
      };
    };
    const recording = await run(program, {
      config: { "aws:region": "eu-west-1" },
      answers: { "aws:ec2/getVpc:getVpc": () => ({ id: "vpc-1" }) },
    });
    expect(recording.stackOutputs).toEqual({
      account: "123456789012",
      zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
      policy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*", Principal: { AWS: "*" } }],
      },
      vpc: "vpc-1",
    });
    expect(recording.calls.map(({ token }) => token)).toContain("aws:iam/getPolicyDocument:getPolicyDocument");
  });
});

describe("transforms", () => {
  it.each<Mode>(["apply", "preview"])(
    "run in %s mode in the engine's order: the resource's own, its ancestors', the stack's",
    async (mode) => {
      const append = (letter: string) => (resource: pulumi.ResourceTransformArgs) =>
        resource.custom
          ? {
              props: {
                ...resource.props,
                tags: { order: `${(resource.props as { tags?: { order: string } }).tags?.order ?? ""}${letter}` },
              },
              opts: resource.opts,
            }
          : undefined;
      class Nested extends pulumi.ComponentResource {
        constructor() {
          super("test:index:Nested", "nested", {}, { transforms: [append("b")] });
          new aws.s3.Bucket("inner", {}, { parent: this, transforms: [append("a")] });
        }
      }
      const program = () => {
        pulumi.runtime.registerResourceTransform(append("c"));
        new Nested();
      };
      expect(find(await run(program, { mode }), "inner").inputs["tags"]).toEqual({ order: "abc" });
    },
  );

  it("reach the children of a component, keep unknown inputs, and may change options", async () => {
    const protectAll = (resource: pulumi.ResourceTransformArgs) => ({
      props: resource.props,
      opts: { ...resource.opts, protect: true, ignoreChanges: ["tags"] },
    });
    const recording = await run(() => void new Store("logs", { transforms: [protectAll] }), { mode: "preview" });
    expect(find(recording, "logs-versioning")).toMatchObject({
      options: { protect: true, ignoreChanges: ["tags"] },
      inputs: { bucket: UNKNOWN },
    });
    expect(find(recording, "logs-versioning").dependencies).toEqual([find(recording, "logs-bucket").urn]);
  });
});

describe("a faulty program fails with its real reason and place", () => {
  it("fails when two resources of one type and parent have one name, naming both lines", async () => {
    const message = await refusal(() => [new aws.s3.Bucket("twice"), new aws.s3.Bucket("twice")]);
    expect(message.replace(/#\d+/g, "#N")).toBe(
      'ProgramError: two resources of type aws:s3/bucket:Bucket are both named "twice" (record.test.ts#N and record.test.ts#N): a name is unique among the children of one parent; rename one of them',
    );
  });

  it("fails when two components have one name", async () => {
    const message = await refusal(() => [new Store("twice"), new Store("twice")]);
    expect(message.replace(/#\d+/g, "#N")).toBe(
      'ProgramError: two resources of type test:index:Store are both named "twice" (record.test.ts#N and record.test.ts#N): a name is unique among the children of one parent; rename one of them',
    );
  });

  it("fails when the program throws, with the line that threw", async () => {
    const message = await refusal(() => {
      throw new Error("the moon is down");
    });
    expect(message.replace(/#\d+/g, "#N")).toBe("ProgramError: the moon is down\n  at record.test.ts#N");
  });

  // One throw in an apply rejects dozens of outputs; the first of them to be printed is hardly ever the one that says why.
  it("fails when an apply throws, with the reason and not the storm that follows", async () => {
    const message = await refusal(() => {
      const bucket = new aws.s3.Bucket("source");
      const bad = bucket.arn.apply((): string => {
        throw new Error("arn is not to my taste");
      });
      for (let i = 0; i < 5; i++) new aws.s3.Bucket(`copy-${i}`, { tags: { bad } });
    });
    expect(message.replace(/#\d+/g, "#N")).toBe(
      'ProgramError: error serializing property "tags": arn is not to my taste\n  at record.test.ts#N',
    );
  });

  it("shows a component's own refusal as it is, without stack or place", async () => {
    const message = await refusal(() => {
      throw new InvalidArgumentsError("Network", "net", ["cidr is 10.0.0.0/33; a prefix is 16 to 28: use 10.0.0.0/16"]);
    });
    expect(message).toBe(
      'InvalidArgumentsError: Network "net" cannot be built:\n  - cidr is 10.0.0.0/33; a prefix is 16 to 28: use 10.0.0.0/16',
    );
  });

  it("shows a refusal that could only be made once a value was known as it is, too", async () => {
    const message = await refusal(() => {
      const bad = new aws.s3.Bucket("source").arn.apply((): string => {
        throw new InvalidArgumentsError("Network", "net", ["zones is 9; the region has 3: use 3"]);
      });
      new aws.s3.Bucket("copy", { tags: { bad } });
    });
    expect(message).toBe('InvalidArgumentsError: Network "net" cannot be built:\n  - zones is 9; the region has 3: use 3');
  });

  it("fails when a look-up has no answer, naming it", async () => {
    expect(await refusal(() => aws.ec2.getVpcOutput({ default: true }).id)).toBe(
      "ProgramError: aws:ec2/getVpc:getVpc asks the cloud for something, and no answer to it is known offline: pass the value as an argument or through configuration, or give an answer for this token (--answers FILE)",
    );
  });

  it("fails when a component is built by a provider that is not modelled, naming it", async () => {
    class Remote extends pulumi.ComponentResource {
      constructor() {
        super("awsx:ec2:Vpc", "vpc", {}, {}, true);
      }
    }
    expect(await refusal(() => new Remote())).toMatch(
      /^ProgramError: awsx:ec2:Vpc is built by its provider, and what it would build is not known offline: known are /,
    );
  });

  it("fails when an input never resolves, naming the resource, the line and the input", async () => {
    const message = await refusal(
      () => {
        const never = new aws.s3.Bucket("waiting", { tags: new Promise<Record<string, string>>(() => undefined) });
        new aws.s3.BucketVersioning("behind", { bucket: never.id, versioningConfiguration: { status: "Enabled" } });
      },
      { stallSeconds: 0.5 },
    );
    expect(message.replace(/#\d+/g, "#N")).toBe(
      [
        "ProgramError: for 0.5 seconds nothing has happened; the program waits:",
        '  - "waiting" (aws:s3/bucket:Bucket) (record.test.ts#N) waits for its input "tags", which does not resolve',
        '  - "behind" (aws:s3/bucketVersioning:BucketVersioning) (record.test.ts#N) waits for its input "bucket", which does not resolve',
      ].join("\n"),
    );
  });

  it("fails when the program itself never ends, and no resource waits", async () => {
    expect(await refusal(() => new Promise(() => undefined), { stallSeconds: 0.5 })).toBe(
      "ProgramError: for 0.5 seconds nothing has happened: the program waits for a promise or an output that does not resolve, and no resource depends on it; look at its exports and at what it awaits",
    );
  });
});

describe("several runs in one process", () => {
  it("do not hear of each other: not of config, not of resources, not of a neighbour's failure", async () => {
    const bucketOf = (stack: string) => () => ({
      bucket: new aws.s3.Bucket(`${new pulumi.Config("farm").require("colour")}-${stack}`).bucket,
    });
    const runs = [
      run(bucketOf("a"), { stack: "a", config: { "farm:colour": "red" } }),
      run(() => [new Store("twice"), new Store("twice")], { stack: "b" }),
      run(bucketOf("c"), { stack: "c", mode: "preview", config: { "farm:colour": "blue" } }),
    ];
    const [first, second, third] = await Promise.allSettled(runs);
    const names = (result: PromiseSettledResult<Recording> | undefined) =>
      result?.status === "fulfilled" ? result.value.resources.map(({ name }) => name) : result?.status;
    expect([names(first), names(second), names(third)]).toEqual([
      ["farm-a", "red-a", "default_7_48_0"],
      "rejected",
      ["farm-c", "blue-c", "default_7_48_0"],
    ]);
  });

  it("give the same recording twice", async () => {
    const program = () => ({ arn: new Store("logs").arn });
    expect(await run(program)).toEqual(await run(program));
  });
});

describe("what the eks provider builds", () => {
  it("I2 I3 is planned with its children, and a node group finds its cluster", async () => {
    const program = () => {
      const cluster = new eks.Cluster("farm", {
        vpcId: "vpc-1",
        privateSubnetIds: ["subnet-1", "subnet-2"],
        skipDefaultNodeGroup: true,
        authenticationMode: "API",
        version: "1.35",
      });
      const role = new aws.iam.Role("node", { assumeRolePolicy: "{}" });
      new eks.ManagedNodeGroup("gpu", {
        cluster,
        nodeRole: role,
        instanceTypes: ["g4dn.xlarge"],
        amiType: "AL2023_x86_64_NVIDIA",
        ignoreScalingChanges: true,
      });
      return { name: cluster.eksCluster.name, endpoint: cluster.core.endpoint };
    };
    const [applied, previewed] = [await run(program), await run(program, { mode: "preview" })];
    const urns = ({ resources }: Recording) => resources.map(({ urn }) => urn);
    expect(urns(previewed)).toEqual(urns(applied));
    expect(find(applied, "farm-eksCluster")).toMatchObject({
      type: "aws:eks/cluster:Cluster",
      parent: find(applied, "farm").urn,
      modelled: true,
      inputs: { version: "1.35" },
    });
    const group = applied.resources.find(({ type, name }) => type === "aws:eks/nodeGroup:NodeGroup" && name === "gpu");
    expect(group?.options.ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
    expect(group?.inputs["clusterName"]).toBe(applied.stackOutputs["name"]);
    expect(previewed.stackOutputs).toEqual({ name: UNKNOWN, endpoint: UNKNOWN });
  });
});

describe("what a stranger's program may do", () => {
  const program = () => ({ vpc: new pulumi.StackReference("org/network/prod").getOutput("vpcId") });

  it("is planned with the outputs of another stack where they are given", async () => {
    const answers = { "pulumi:pulumi:StackReference": () => ({ "org/network/prod": { vpcId: "vpc-9" } }) };
    expect((await run(program, { answers })).stackOutputs).toEqual({ vpc: "vpc-9" });
  });

  it("fails when it reads the outputs of a stack that nobody gave, naming the stack", async () => {
    expect(await refusal(program)).toBe(
      "ProgramError: the program reads the outputs of the stack org/network/prod, which only its state knows: give them as an answer for pulumi:pulumi:StackReference, under the stack's name (--answers FILE)",
    );
  });

  // Silence would let `undefined` pass for a password, a name or an address.
  it("is warned of resources whose outputs nobody knows, once for each type", async () => {
    class Pet extends pulumi.CustomResource {
      constructor(name: string) {
        super("nowhere:index/pet:Pet", name, { kind: "dog" });
      }
    }
    expect((await run(() => [new Pet("a"), new Pet("b")])).messages).toEqual([
      {
        severity: "warning",
        text: "what nowhere:index/pet:Pet answers is not known offline: outputs that are no inputs are undefined when everything is known",
      },
    ]);
  });
});
