/** What the committed environments promise, read from what they would create. */
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { loadProgram, record, type RecordedResource, type Recording } from "../../offline/engine";
import { protections } from "../../offline/report/protection";
import { teardownFaults } from "../../offline/teardown/faults";
import { manifestFaults } from "../support/kubernetes-schema/manifest-faults";
import { asPulumiHandsItOver, committed, ENVIRONMENTS, ROOT } from "./stack-file";

const program = loadProgram(ROOT, "stacks/index.ts");

function plan(environment: string, foundation: object = {}, serving: object = {}): Promise<Recording> {
  const file = committed(environment);
  const config = asPulumiHandsItOver({
    ...file,
    "modelloop:foundation": { ...(file["modelloop:foundation"] as object), ...foundation },
    "modelloop:serving": { ...(file["modelloop:serving"] as object), ...serving },
  });
  return record({ project: "modelloop", stack: environment, mode: "apply", config, secretKeys: [], root: ROOT, program });
}

const plans = new Map<string, Recording>();
beforeAll(async () => {
  for (const environment of ENVIRONMENTS) plans.set(environment, await plan(environment));
}, 180_000);

function resources(environment: string): RecordedResource[] {
  return plans.get(environment)?.resources ?? [];
}

describe("I11 prod", () => {
  const degrees = (environment: string) => new Map(protections(resources(environment)).map(({ subject, degree }) => [subject, degree]));

  // Somebody copies a line from dev to save money, and nobody sees it in review.
  test("is protected at least as well as staging and dev in every respect", () => {
    const prod = degrees("prod");
    for (const environment of ["dev", "staging"])
      for (const [subject, degree] of degrees(environment))
        expect({ subject, enough: (prod.get(subject) ?? -1) >= degree }).toEqual({ subject, enough: true });
  });

  test("is protected better than dev wherever that costs money", () => {
    const [prod, dev] = [degrees("prod"), degrees("dev")];
    const better = [...prod].filter(([subject, degree]) => degree > (dev.get(subject) ?? -1)).map(([subject]) => subject);
    expect(better).toEqual([
      "Refused by pulumi destroy",
      "Kept when they leave the stack",
      "Ways out of private subnets",
      "Kubernetes API",
      "Log of the control plane",
      "Database",
      "Database's own backups",
      "Cache",
      "Backups in a vault",
      "Lock of that vault",
      "Lock of the audit trail",
      "Gateway into the cluster",
    ]);
  });

  test("says how, for whoever reads the report", () => {
    const says = (environment: string) => protections(resources(environment)).map(({ subject, says }) => `${subject}: ${says}`);
    expect(says("dev")).toEqual(
      expect.arrayContaining([
        "Kubernetes API: public, to 203.0.113.0/24 only",
        "Database: in one zone",
        "Database's own backups: for 7 days",
        "Cache: nothing takes over",
        "Gateway into the cluster: plain HTTP",
        "Ways out of private subnets: one, in one zone",
      ]),
    );
    expect(says("prod")).toEqual(
      expect.arrayContaining([
        "Kubernetes API: private",
        "Database: in two zones",
        "Database's own backups: for 30 days",
        "Cache: 1 replica to take over",
        "Backups in a vault: for 365 days",
        "Lock of that vault: for 35 days",
        "Lock of the audit trail: for 365 days",
        "Gateway into the cluster: TLS",
        "Ways out of private subnets: 3, one in each zone",
      ]),
    );
  });
});

describe.each(ENVIRONMENTS)("%s", (environment) => {
  const ofPackage = (name: string) => resources(environment).filter(({ type }) => type.startsWith(`${name}:`));

  // By the default provider, a person's kubectl context would decide which cluster gets the namespaces, prod's or dev's.
  test("I2 puts nothing into a cluster but by that cluster's own provider", () => {
    const inCluster = ofPackage("kubernetes");
    const provider = resources(environment).find(({ name }) => name === `${environment}-cluster-kubernetes`);
    const others = inCluster.filter((resource) => resource.provider !== `${provider?.urn}::${provider?.id}`);
    expect(others.map(({ urn }) => urn)).toEqual([]);
    expect(inCluster.length).toBeGreaterThan(50);
    expect(resources(environment).filter(({ type, name }) => type === "pulumi:providers:kubernetes" && name.startsWith("default"))).toEqual(
      [],
    );
  });

  // In the provider, the cluster's name and address are outputs: with a kubeconfig out of a file it would be whoever's file it is.
  test("I2 gives that provider the cluster's own kubeconfig, which asks AWS for a token and holds none", () => {
    const provider = resources(environment).find(({ name }) => name === `${environment}-cluster-kubernetes`);
    const kubeconfig = JSON.parse(provider?.inputs["kubeconfig"] as string) as { users: { user: Record<string, unknown> }[] };
    expect(kubeconfig.users.map(({ user }) => Object.keys(user))).toEqual([["exec"]]);
    expect(provider?.propertyDependencies["kubeconfig"]).not.toEqual([]);
  });

  /** Where images come from that anybody may pull. */
  const PUBLIC = /^(registry\.k8s\.io|public\.ecr\.aws|ghcr\.io|nvcr\.io|quay\.io|docker\.io)\//;

  // A first `up` that waits for an image of ours waits for a pipeline that waits for the registry that this `up` creates.
  test("I8 converges before anybody has pushed an image or written an object", () => {
    const images = ofPackage("kubernetes").flatMap(({ inputs }) =>
      [...JSON.stringify(inputs).matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image ?? ""),
    );
    expect(images.filter((image) => !PUBLIC.test(image) || /(:latest|^[^:@]+)$/.test(image))).toEqual([]);
    const charts = ofPackage("kubernetes").filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
    expect(charts.length).toBeGreaterThan(0);
    const loose = charts.filter(({ inputs: { version, repositoryOpts } }) => {
      const { repo } = repositoryOpts as { repo?: string };
      return !/^\d+\.\d+\.\d+$/.test(version as string) || repo?.startsWith("https:") !== true;
    });
    expect(loose.map(({ name }) => name)).toEqual([]);
    // Neither does a chart get an image of ours by its values.
    expect(JSON.stringify(charts.map(({ inputs }) => inputs["values"]))).not.toMatch(/\.dkr\.ecr\.|amazonaws\.com/);
  });

  test("I8 runs no function whose code would have to be uploaded first", () => {
    const functions = resources(environment).filter(({ type }) => type === "aws:lambda/function:Function");
    for (const { name, inputs } of functions)
      expect({ name, code: inputs["code"] !== undefined, elsewhere: inputs["s3Bucket"] ?? inputs["imageUri"] ?? "nowhere" }).toEqual({
        name,
        code: true,
        elsewhere: "nowhere",
      });
    expect(functions.length).toBeGreaterThan(0);
  });

  test("M6 sends only manifests that Kubernetes takes", () => {
    const objects = ofPackage("kubernetes").filter(
      ({ inputs }) => typeof inputs["apiVersion"] === "string" && !/^(elbv2|external-secrets)/.test(inputs["apiVersion"]),
    );
    expect(objects.flatMap(({ inputs }) => manifestFaults(inputs))).toEqual([]);
    expect(objects.length).toBeGreaterThan(40);
  });

  test("I3 keeps pods off GPU nodes that do not ask for them, and starts from none but in prod", () => {
    const groups = resources(environment).filter(
      ({ type, name }) => type === "aws:eks/nodeGroup:NodeGroup" && name.startsWith(`${environment}-llm-`),
    );
    const taint = { key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" };
    expect(groups.map(({ inputs }) => inputs["taints"])).toEqual(groups.map(() => [taint]));
    const kept = groups.map(({ inputs }) => (inputs["scalingConfig"] as { minSize: number }).minSize);
    expect(kept.reduce((sum, size) => sum + size, 0)).toBe(environment === "prod" ? 1 : 0);
  });

  // Whoever gives up everything wants everything gone, and not an hour's work in the console.
  test("I11 can be taken down in the right order, kept and given up", async () => {
    expect(teardownFaults(resources(environment))).toEqual([]);
    if (environment === "prod") return;
    const disposable = await plan(environment, { destroyDeletesAllData: true });
    expect(teardownFaults(disposable.resources)).toEqual([]);
    expect(disposable.resources.filter(({ options }) => options.protect === true || options.retainOnDelete === true)).toEqual([]);
  }, 60_000);
});

// With the number of nodes of last week's state, a new largest size would take away the nodes that were bought since.
test("I3 the state is refreshed before each update, because the autoscaler changes what is in it", () => {
  const { options } = parse(fs.readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as { options?: { refresh?: string } };
  expect(options?.refresh).toBe("always");
});

// Set for one server and forgotten for the other, it is scaled by CPU alone, and the alarm on its answers never rings.
test("S1 S2 hands a Prometheus to both servers of models, and makes nothing for one that is not there", async () => {
  const watching = (planned: readonly RecordedResource[]) =>
    planned.filter(({ inputs: { kind } }) => kind === "ServiceMonitor" || kind === "PrometheusRule").map(({ name }) => name);
  expect(ENVIRONMENTS.flatMap((environment) => watching(resources(environment)))).toEqual([]);
  const prometheusUrl = "http://prometheus-operated.monitoring.svc:9090";
  const { resources: planned } = await plan("dev", {}, { monitoring: { prometheusUrl } });
  expect(watching(planned).sort()).toEqual(["dev-language-model-alerts", "dev-language-model-monitor", "dev-triton-monitor"]);
  const asked = planned.filter(({ inputs }) => JSON.stringify(inputs).includes(prometheusUrl)).map(({ name }) => name);
  expect(asked.filter((name) => name.endsWith("-scaling"))).toEqual(["dev-triton-a-scaling", "dev-triton-b-scaling"]);
}, 60_000);
