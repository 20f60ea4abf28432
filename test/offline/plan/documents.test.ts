/** What a plan leaves in its folder, from recordings made by hand. */
import fc from "fast-check";
import { type Json, type Properties, type RecordedResource, type Recording, UNKNOWN } from "../../../offline/engine";
import { disagreements } from "../../../offline/plan/agreement";
import { planDocument, readPlanDocument } from "../../../offline/plan/plan-document";
import { previewDigest, stackExport } from "../../../offline/plan/pulumi-state";
import { redactedRecording } from "../../../offline/plan/redaction";
import { sentDocuments } from "../../../offline/plan/sent-documents";
import { jsonFile } from "../../../offline/plan/stable-json";
import { reportPage } from "../../../offline/report/page";
import { component, options, recording, resource, STACK_URN, urnOf } from "./hand-made";

/** Everything that is written of a recording, as one text. */
function everyFile(recorded: Recording): string {
  const redacted = redactedRecording(recorded);
  return [
    jsonFile(planDocument(redacted)),
    jsonFile(stackExport(recorded)),
    jsonFile(previewDigest(recorded, { "shop:key": "s3cr3t-config", "shop:plain": "visible" }, ["shop:key"])),
    ...Object.values(sentDocuments(redacted)),
    reportPage({ preview: redacted, stackFile: "Pulumi.dev.yaml", steps: [], notes: [] }),
  ].join("\n");
}

function files(resources: readonly RecordedResource[]): Record<string, string> {
  return sentDocuments(redactedRecording(recording(resources)));
}

describe("C1 plan.json", () => {
  const bucket = resource("aws:s3/bucket:Bucket", "logs", {
    inputs: { tags: { b: "2", a: "1" }, key: UNKNOWN },
    unknowns: [["key"]],
    source: "stacks/data.ts#12",
  });
  const policy = resource("aws:s3/bucketPolicy:BucketPolicy", "tls", {
    ...{
      dependencies: [urnOf("z", "z"), bucket.urn],
      propertyDependencies: { policy: [], bucket: [bucket.urn] },
      inputs: { password: "s3cr3t" },
      secrets: [["password"]],
    },
    options: options({ protect: true }),
  });

  it("holds every resource, with secrets and unknown values marked", () => {
    const document = planDocument(
      redactedRecording(
        recording([policy, bucket], { mode: "preview", stackOutputs: { token: "s3cr3t", url: UNKNOWN }, stackOutputSecrets: [["token"]] }),
      ),
    );
    expect(document.environment).toBe("dev");
    expect(document.resources.map(({ name }) => name)).toEqual(["logs", "tls", "shop-dev"]);
    expect(document.resources[0]).toMatchObject({
      inputs: { tags: { a: "1", b: "2" }, key: "[unknown]" },
      source: "stacks/data.ts#12",
      parent: STACK_URN,
    });
    expect(document.resources[1]).toMatchObject({
      ...{ dependencies: [bucket.urn, urnOf("z", "z")], propertyDependencies: { bucket: [bucket.urn] }, inputs: { password: "[secret]" } },
      options: { protect: true },
    });
    expect(document.outputs).toEqual({ token: "[secret]", url: "[unknown]" });
  });

  // A plan that differs from run to run is a diff that cries wolf: nobody looks at the third one.
  it("and all other files are the same, byte for byte, in whatever order outputs became known", () => {
    const deployment = resource("kubernetes:apps/v1:Deployment", "api", {
      inputs: { kind: "Deployment", apiVersion: "apps/v1", metadata: { name: "api" } },
    });
    const all = [bucket, policy, deployment, component("modelloop:index:Bucket", "c")];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(everyFile(recording(shuffled))).toBe(everyFile(recording(all)));
      }),
      { numRuns: 20 },
    );
  });

  // The same program planned on two machines would otherwise seem to change every file that it uploads.
  it("names files that are uploaded without the folder in which they lie on this machine", () => {
    const sources: Json[] = [
      { $asset: { path: "/somewhere/assets/2a83.zip" } },
      { $archive: { assets: { "index.js": { $asset: { path: "/elsewhere/index.js" } }, "a.js": { $asset: { path: "src/a.js" } } } } },
    ];
    const uploads = sources.map((source, index) =>
      resource("aws:s3/bucketObjectv2:BucketObjectv2", `object-${index}`, { inputs: { source } }),
    );
    const text = jsonFile(planDocument(redactedRecording(recording(uploads))));
    expect(text.match(/"path": "[^"]+"/g)).toEqual(['"path": "…/2a83.zip"', '"path": "src/a.js"', '"path": "…/index.js"']);
  });

  it("is read back, and refused where it is no plan", () => {
    const document = planDocument(redactedRecording(recording([bucket])));
    expect(readPlanDocument(jsonFile(document))).toEqual(document);
    expect(["{", "null", "[]", '{"environment": "dev"}', '{"environment": "dev", "resources": [{}]}'].map(readPlanDocument)).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe("C1 a secret", () => {
  const hidden = "hunter-2-hunter";
  const withSecrets = (): Recording =>
    recording(
      [
        resource("aws:rds/instance:Instance", "db", {
          inputs: { password: hidden },
          secrets: [["password"]],
          outputs: { password: hidden, connection: `postgres://${hidden}` },
          outputSecrets: [["connection"]],
        }),
        resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
          inputs: {
            containers: [
              {
                env: [
                  { name: "A", value: "open" },
                  { name: "B", value: hidden },
                ],
              },
            ],
            policy: `{"password":"${hidden}"}`,
            whole: { a: [hidden] },
          },
          secrets: [["containers", 0, "env", 1, "value"], ["policy"], ["whole"]],
          outputs: { generated: hidden },
          options: options({ additionalSecretOutputs: ["generated", "absent"] }),
        }),
        component("modelloop:index:Database", "c", {
          inputs: { args: { token: hidden } },
          secrets: [["args", "token"]],
          outputs: { url: hidden },
          outputSecrets: [["url"]],
        }),
        resource("kubernetes:core/v1:Secret", "by-nature", {
          inputs: { kind: "Secret", apiVersion: "v1", data: { a: hidden }, stringData: { b: hidden } },
          outputs: { data: { a: hidden }, stringData: { b: hidden } },
        }),
        resource("kubernetes:helm.sh/v3:Release", "chart", {
          inputs: { chart: "redis", values: { auth: { password: hidden }, list: [hidden] } },
          secrets: [
            ["values", "auth", "password"],
            ["values", "list", 0],
          ],
        }),
        resource("aws:cloudformation/stack:Stack", "cfn", { inputs: { templateBody: `{"a":"${hidden}"}` }, secrets: [["templateBody"]] }),
        resource("aws:s3/bucketObjectv2:BucketObjectv2", "object", {
          inputs: { source: { $asset: { text: hidden } } },
          secrets: [["source", "$asset", "text"]],
        }),
      ],
      {
        stackOutputs: { db: { password: hidden }, list: ["open", hidden] },
        stackOutputSecrets: [
          ["db", "password"],
          ["list", 1],
        ],
      },
    );

  // A plan is attached to pull requests and kept by CI for months. One password in it is a password in every backup of it.
  it("stands in no file, however deep it lay", () => {
    const text = everyFile(withSecrets());
    expect(text).not.toContain(hidden);
    expect(text).not.toContain("s3cr3t-config");
    expect(text).toContain("visible");
    expect(text).toContain("open");
  });

  it("stands in no file, wherever it lay", () => {
    const leaf = fc.constantFrom("plain", 1, true, null);
    const tree = fc.letrec<{ node: Json }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[a-z.$/]{1,4}$/), tie("node"), { maxKeys: 3 }),
      ),
    })).node;
    const places = (value: Json, at: (string | number)[] = []): (string | number)[][] => [
      at,
      ...(typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, item]: [string, Json]) => places(item, [...at, Array.isArray(value) ? Number(key) : key]))
        : []),
    ];
    const put = (value: Json, [key, ...rest]: (string | number)[]): Json => {
      if (key === undefined) return `it is ${hidden} here`;
      const copy = (Array.isArray(value) ? [...value] : { ...(value as Properties) }) as Record<string | number, Json>;
      copy[key] = put(copy[key] ?? null, rest);
      return copy;
    };
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("a", "spec", "values", "data"), tree, { minKeys: 1, maxKeys: 3 }),
        fc.nat(),
        (inputs, pick) => {
          const all = places(inputs).slice(1);
          const path = all[pick % all.length] ?? [];
          const given = put(inputs, path) as Properties;
          const types = [
            "aws:s3/bucket:Bucket",
            "kubernetes:core/v1:Secret",
            "kubernetes:core/v1:ConfigMap",
            "kubernetes:helm.sh/v3:Release",
          ];
          const resources = types.map((type, index) =>
            resource(type, `r${index}`, {
              inputs: { ...given, kind: "Secret", apiVersion: "v1" },
              outputs: given,
              secrets: [path],
              outputSecrets: [path],
            }),
          );
          expect(everyFile(recording(resources, { stackOutputs: given, stackOutputSecrets: [path] }))).not.toContain(hidden);
        },
      ),
    );
  });

  it("keeps the keys of a Kubernetes Secret legible, so that the manifest can be checked", () => {
    const manifest = sentDocuments(redactedRecording(withSecrets()))["kubernetes/default/secret-by-nature.yaml"];
    expect(manifest).toBe('apiVersion: v1\ndata:\n  a: W3NlY3JldF0=\nkind: Secret\nstringData:\n  b: "[secret]"\n');
  });

  it("is marked as Pulumi marks it in stack.json, with a stand-in for its text", () => {
    const [db] = stackExport(withSecrets()).deployment.resources.filter(({ type }) => type === "aws:rds/instance:Instance");
    const marker = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"[secret]"' };
    expect(db).toMatchObject({ inputs: { password: marker }, outputs: { password: marker, connection: marker } });
  });
});

describe("C1 stack.json and preview.json", () => {
  const provider = resource("pulumi:providers:aws", "default_7_48_0", { id: "default-id", modelled: true });
  delete provider.parent;
  const group = component("test:index:Group", "group");
  const child = resource("aws:s3/bucket:Bucket", "a-child", {
    ...{
      id: "child-id",
      parent: group.urn,
      provider: `${provider.urn}::default-id`,
      inputs: { file: { $asset: { text: "x" } }, of: { $ref: "urn:pulumi:x", id: "1" } },
    },
    ...{ outputs: { arn: "arn:1" }, source: "index.ts#3", dependencies: [urnOf("aws:z", "zz")] },
    options: options({
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["tags"],
      customTimeouts: { create: "1h30m", delete: "90s" },
      aliases: ["urn:pulumi:old", '{"name":"x"}'],
      importId: "imported",
    }),
  });
  const needed = resource("aws:z", "zz", { id: "zz-id", kind: "read" });
  const recorded = recording([child, needed, group, provider], {
    messages: [{ severity: "warning", text: "careful" }],
    stackOutputs: { a: 1 },
  });

  it("put every resource after whatever it names, which the engine demands of a state", () => {
    const order = stackExport(recorded).deployment.resources.map(({ urn }) => urn);
    expect(order).toEqual([provider.urn, STACK_URN, group.urn, needed.urn, child.urn]);
  });

  it("say of a resource what the engine would", () => {
    const state = stackExport(recorded).deployment.resources.find(({ urn }) => urn === child.urn);
    expect(state).toEqual({
      ...{ urn: child.urn, custom: true, id: "child-id", type: child.type, parent: group.urn, protect: true, retainOnDelete: true },
      inputs: {
        file: { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "x" },
        of: { "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:pulumi:x", id: "1", packageVersion: "" },
      },
      ...{ outputs: { arn: "arn:1" }, dependencies: [needed.urn], provider: `${provider.urn}::default-id`, ignoreChanges: ["tags"] },
      ...{
        aliases: ["urn:pulumi:old"],
        customTimeouts: { create: 5400, delete: 90 },
        importID: "imported",
        sourcePosition: "project:///index.ts#3",
      },
    });
    expect(stackExport(recorded)).toMatchObject({
      version: 3,
      deployment: { manifest: { time: "0001-01-01T00:00:00Z", version: "v3.259.0" } },
    });
  });

  it("list the steps of a first deployment, without default providers, secrets and outputs", () => {
    const preview = {
      ...recorded,
      resources: recorded.resources.map((one) =>
        one.urn === child.urn ? { ...one, inputs: { key: UNKNOWN }, provider: `${provider.urn}::` } : one,
      ),
    };
    const digest = previewDigest(preview, { "b:b": "1", "a:a": "s" }, ["a:a"]);
    expect(digest.config).toEqual({ "a:a": "[secret]", "b:b": "1" });
    expect(digest.steps.map(({ op, urn }) => [op, urn])).toEqual([
      ["create", STACK_URN],
      ["create", group.urn],
      ["read", needed.urn],
      ["create", child.urn],
    ]);
    expect(digest.steps[3]).toMatchObject({
      provider: `${provider.urn}::${UNKNOWN}`,
      detailedDiff: null,
      newState: { inputs: { key: UNKNOWN }, provider: `${provider.urn}::${UNKNOWN}` },
    });
    expect(digest.steps[3]?.["newState"]).not.toHaveProperty("outputs");
    expect(digest.changeSummary).toEqual({ create: 3 });
    expect(digest.diagnostics).toEqual([{ message: "careful", severity: "warning" }]);
  });
});

describe("C1 what would be sent elsewhere", () => {
  const manifest = (kind: string, name: string, given: Properties = {}, more: Partial<RecordedResource> = {}) =>
    resource(`kubernetes:x/v1:${kind}`, name, { inputs: { kind, apiVersion: "x/v1", ...given }, ...more });

  it("is a manifest for each Kubernetes object, by namespace and kind", () => {
    const found = files([
      manifest("Deployment", "api", { metadata: { namespace: "serving", name: "api" } }),
      manifest("Service", "web", {}, { outputs: { metadata: { name: "web-1a2b", namespace: "default" } } }),
      manifest("Namespace", "serving", { metadata: { name: "serving" } }),
      resource("kubernetes:apps/v1:DeploymentPatch", "patch", {
        inputs: { kind: "Deployment", apiVersion: "apps/v1", metadata: { name: "api" } },
      }),
      resource("kubernetes:yaml:ConfigGroup", "group", { kind: "component", inputs: { kind: "x", apiVersion: "y" } }),
      manifest("Job", "read", {}, { kind: "read" }),
    ]);
    expect(Object.keys(found)).toEqual([
      "kubernetes/_cluster/namespace-serving.yaml",
      "kubernetes/default/deployment-api.patch.yaml",
      "kubernetes/default/service-web-1a2b.yaml",
      "kubernetes/serving/deployment-api.yaml",
    ]);
  });

  // Kubernetes reads YAML 1.1: an unquoted "yes" or "on" in a label becomes a boolean, and the API server refuses the object.
  it("is quoted where Kubernetes would read something else", () => {
    const [text] = Object.values(
      files([manifest("ConfigMap", "c", { data: { on: "yes", day: "2026-01-01", number: "012", real: "1e3", plain: "text" } })]),
    );
    expect(text).toBe(
      'apiVersion: x/v1\ndata:\n  day: "2026-01-01"\n  number: "012"\n  "on": "yes"\n  plain: text\n  real: "1e3"\nkind: ConfigMap\n',
    );
  });

  it("stays inside its folder, whatever the objects are called, and loses none to another of its name", () => {
    const evil = { metadata: { namespace: "../..", name: "../../../etc/passwd" } };
    const found = files([
      manifest("Pod", "a", evil),
      manifest("Pod", "b", { ...evil, spec: {} }),
      resource("kubernetes:helm.sh/v3:Release", "r", { inputs: { name: "/etc/x" } }),
    ]);
    expect(Object.keys(found)).toEqual([
      "charts/_etc_x.yaml",
      "kubernetes/__../pod-.._.._.._etc_passwd.yaml",
      "kubernetes/__../pod-.._.._.._etc_passwd-2.yaml",
    ]);
  });

  // A file system refuses a name of more than 255 bytes, and with it the whole plan of an environment whose objects are fine.
  it("gets a name that every file system takes, and keeps long names apart", () => {
    const long = "x".repeat(300);
    const found = Object.keys(
      files([manifest("Pod", "a", { metadata: { name: `${long}1` } }), manifest("Pod", "b", { metadata: { name: `${long}2` } })]),
    );
    expect(new Set(found).size).toBe(2);
    for (const file of found) expect(file).toMatch(/^kubernetes\/default\/pod-x{187}-[0-9a-f]{8}\.yaml$/);
  });

  it("is the chart, its version and values for each Helm release", () => {
    const release = resource("kubernetes:helm.sh/v3:Release", "cache", {
      inputs: {
        chart: "redis",
        version: "1.2.3",
        namespace: "data",
        repositoryOpts: { repo: "https://charts.example.com" },
        values: { b: 1, a: { on: true } },
      },
    });
    expect(files([release])).toEqual({
      "charts/cache.yaml":
        'repository: https://charts.example.com\nchart: redis\nversion: 1.2.3\nnamespace: data\nvalues:\n  a:\n    "on": true\n  b: 1\n',
    });
  });

  it("is the template of each CloudFormation stack, given in place or uploaded by the same program", () => {
    const template = '{"Resources":{"B":1,"A":2}}';
    const found = files([
      resource("aws:cloudformation/stack:Stack", "inline", { inputs: { templateBody: template } }),
      resource("aws:cloudformation/stack:Stack", "text", { inputs: { templateBody: "Resources: {}\n" } }),
      resource("aws:cloudformation/stack:Stack", "uploaded", {
        inputs: { templateUrl: "https://b.s3.amazonaws.com/abc.json", name: "loop" },
      }),
      resource("aws:cloudformation/stack:Stack", "elsewhere", { inputs: { templateUrl: "https://b.s3.amazonaws.com/other.json" } }),
      resource("aws:s3/bucketObjectv2:BucketObjectv2", "object", { inputs: { key: "abc.json", source: { $asset: { text: template } } } }),
    ]);
    const written = '{\n  "Resources": {\n    "B": 1,\n    "A": 2\n  }\n}\n';
    expect(found).toEqual({
      "cloudformation/inline.template.json": written,
      "cloudformation/loop.template.json": written,
      "cloudformation/text.template.yaml": "Resources: {}\n",
    });
  });
});

describe("C1 preview and apply mode", () => {
  // A resource that is made inside apply() is missing from every preview: it is approved by nobody and created all the same.
  it("are compared, and what only one of them registers is named with its cure", () => {
    const [a, b] = [resource("aws:s3/bucket:Bucket", "late", { source: "index.ts#9" }), resource("aws:sqs/queue:Queue", "dry")];
    expect(disagreements(recording([b]), recording([a]))).toEqual([
      'aws:s3/bucket:Bucket "late" (index.ts#9) is created by pulumi up but not shown by pulumi preview: create it outside of apply(), or on a value that is known before',
      'aws:sqs/queue:Queue "dry" is shown by pulumi preview but not created by pulumi up: do not ask isDryRun() whether to create it',
    ]);
    expect(disagreements(recording([a]), recording([a, resource("x", "child", { modelled: true })]))).toEqual([]);
  });
});
