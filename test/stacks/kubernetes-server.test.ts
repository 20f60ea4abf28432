/**
 * What the committed environments send to Kubernetes, held against a real API server: a dry run on the server with strict field validation, which
 * finds what a schema cannot (selectors against labels, requests above limits, volumes that nobody declares).
 *
 * Optional: it runs where MODELLOOP_KUBECONFIG names the kubeconfig of a server that may be written to (namespaces are created for good), and
 * MODELLOOP_KUBECTL the kubectl to use, if not the one on PATH. Controllers, nodes and pods play no part.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { WebService, type WebServiceArgs } from "../../components";
import { isClusterScoped, loadProgram, record, type RecordedResource } from "../../offline/engine";
import { planOf } from "../components/shared/plan-of";
import { asPulumiHandsItOver, committed, ENVIRONMENTS, ROOT } from "./stack-file";

const KUBECONFIG = process.env["MODELLOOP_KUBECONFIG"];
const KUBECTL = process.env["MODELLOOP_KUBECTL"] ?? "kubectl";

const FULL: WebServiceArgs = {
  ...{ namespace: "serving", image: "registry/api:1.4.0", environment: { LOG_LEVEL: "info" } },
  podRole: { clusterName: "ml", roleArn: "arn:role" },
  egress: [{ name: "PostgreSQL", cidrs: ["10.0.0.0/16"], ports: [5432] }],
  loadBalancer: {
    vpc: { vpcId: "vpc-1", cidr: "10.0.0.0/16", publicSubnetIds: ["a"], privateSubnetIds: ["b", "c"], intraSubnetIds: ["d", "e"] },
    ...{
      inboundCidrs: ["10.0.0.0/16"],
      certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd",
      hosts: ["api.example.com"],
    },
  },
};

/** Their definitions come with charts; a server without them knows no such kind. */
const OF_CHARTS = ["ClusterSecretStore", "ExternalSecret", "TargetGroupBinding"];

(KUBECONFIG === undefined ? describe.skip : describe)("M6 a real API server", () => {
  jest.setTimeout(600_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "manifests-"));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it.each(ENVIRONMENTS)("takes all that %s sends to it", async (environment) => {
    const program = loadProgram(ROOT, "stacks/index.ts");
    const config = asPulumiHandsItOver(committed(environment));
    const { resources } = await record({
      ...{ project: "modelloop", stack: environment, mode: "apply" as const, config, secretKeys: [], root: ROOT, program },
    });
    const manifests = manifestsOf(resources);
    expect(manifests.length).toBeGreaterThan(40);
    expect(refusals(manifests)).toEqual([]);
  });

  it("takes a web service with all that it can have", async () => {
    const { resources } = await planOf(() => new WebService("api", FULL));
    const manifests = manifestsOf(resources);
    expect(manifests.length).toBeGreaterThan(5);
    expect(refusals(manifests)).toEqual([]);
  });

  // A server that takes everything would prove nothing.
  it("refuses a field that does not exist and a selector that matches no pod", () => {
    const template = { metadata: { labels: { app: "one" } }, spec: { containers: [{ name: "one", image: "one" }] } };
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "one", namespace: "serving" } };
    const selector = { matchLabels: { app: "two" } };
    const found = refusals([
      { ...deployment, spec: { selector: { matchLabels: { app: "one" } }, template, replica: 3 } },
      { ...deployment, spec: { selector, template } },
    ] as unknown as Manifest[]);
    expect(found[0]).toContain(".spec.replica: field not declared in schema");
    expect(found[1]).toContain("`selector` does not match template `labels`");
  });

  function refusals(manifests: readonly Manifest[]): string[] {
    const known = manifests.filter(({ kind }) => !OF_CHARTS.includes(kind));
    const namespaces = new Set(known.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined));
    for (const name of namespaces) kubectl(["create", "namespace", name]);
    return known.flatMap((manifest) => {
      const file = path.join(folder, "manifest.yaml");
      fs.writeFileSync(file, stringify(manifest));
      const { status, stderr } = kubectl([
        "apply",
        "--server-side",
        "--force-conflicts",
        "--dry-run=server",
        "--validate=strict",
        "-f",
        file,
      ]);
      return status === 0 ? [] : [`${manifest.kind} ${manifest.metadata.name}: ${stderr}`];
    });
  }

  function kubectl(argv: readonly string[]) {
    return spawnSync(KUBECTL, ["--kubeconfig", KUBECONFIG ?? "", ...argv], { encoding: "utf8" });
  }
});

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string };
}

/** The server fills in no name: what Pulumi would invent is the resource's own here. */
function manifestsOf(resources: readonly RecordedResource[]): Manifest[] {
  return resources
    .filter(({ type, inputs }) => /^kubernetes:(?!helm)/.test(type) && typeof inputs["apiVersion"] === "string")
    .map(({ inputs, name }) => {
      const manifest = inputs as unknown as Manifest;
      const namespace = isClusterScoped(manifest.kind) ? undefined : (manifest.metadata.namespace ?? "default");
      return {
        ...manifest,
        metadata: {
          ...manifest.metadata,
          name: manifest.metadata.name ?? name,
          ...(namespace !== undefined && { namespace }),
        },
      };
    });
}
