/**
 * Who owns what of the router, as a real API server sees it. Optional: it runs where MODELLOOP_KUBECONFIG names the kubeconfig of a server that may
 * be written to, and MODELLOOP_KUBECTL the kubectl to use, if not the one on PATH. No pods run; ownership and rights need none.
 */
import { spawnSync } from "node:child_process";
import { ModelRouter } from "../../../../components";
import { OF_THE_LOOP } from "../../../../components/serving/model-router/router-workload";
import { readSplit, splitText } from "../../../../lambdas/domain/split/split";
import { withFirstRelease } from "../../../../lambdas/domain/split/split-changes";
import { splitConfiguration, splitHash } from "../../../../lambdas/domain/split/split-configuration";
import { type Properties } from "../../../../offline/engine";
import { planOf } from "../../shared/plan-of";

const KUBECONFIG = process.env["MODELLOOP_KUBECONFIG"];
const KUBECTL = process.env["MODELLOOP_KUBECTL"] ?? "kubectl";
const NAMESPACE = `router-${process.pid}`;
const LOOP = ["--as", "loop", "--as-group", "ab-weight-writers"];

interface Live {
  metadata: { annotations?: Record<string, string>; managedFields: { manager: string; fieldsV1: object }[] };
  data?: Record<string, string>;
  spec?: { template: { metadata: { annotations: Record<string, string> } } };
}

function kubectl(given: readonly string[], manifest?: object): string {
  const { status, stdout, stderr } = spawnSync(KUBECTL, ["--kubeconfig", KUBECONFIG ?? "", "--namespace", NAMESPACE, ...given], {
    encoding: "utf8",
    ...(manifest && { input: JSON.stringify(manifest) }),
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** As Pulumi's provider and the loop's function do it: one apply on the server, in a name of its own. */
function apply(manifest: object, manager: string, ...more: string[]): void {
  kubectl(["apply", "--server-side", "--show-managed-fields", `--field-manager=${manager}`, "-f", "-", ...more], manifest);
}

function live(kind: string, name: string): Live {
  return JSON.parse(kubectl(["get", kind, name, "--show-managed-fields", "-o", "json"])) as Live;
}

function ownedBy(manager: string, { metadata }: Live): object | undefined {
  return metadata.managedFields.find((entry) => entry.manager === manager)?.fieldsV1;
}

/** What Pulumi's provider sends once the loop owns a field that is ignored: all but that. */
function without(manifest: Properties, paths: readonly string[]): Properties {
  const copy = JSON.parse(JSON.stringify(manifest)) as Properties;
  for (const path of paths) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    const parent = steps.reduce<Properties>((at, step) => at[step] as Properties, copy);
    delete parent[last];
  }
  return copy;
}

(KUBECONFIG === undefined ? describe.skip : describe)("S3 the split in a real API server (skipped without MODELLOOP_KUBECONFIG)", () => {
  const variants = [{ variant: "xgboost", model: "anomaly_xgboost", percent: 100 }];
  const split = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "ab-router-split" } };
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "ab-router" } };
  let [map, pods]: Properties[] = [];

  beforeAll(async () => {
    kubectl(["create", "namespace", NAMESPACE]);
    const plan = await planOf(
      () =>
        new ModelRouter("router", {
          ...{ namespace: NAMESPACE, model: "anomaly", experiment: { variants } },
          modelServer: { namespace: NAMESPACE, slotAServiceName: "triton-a", slotBServiceName: "triton-b" },
        }),
    );
    for (const { inputs } of plan.resources.filter(({ type }) => type.startsWith("kubernetes:"))) apply(inputs, "pulumi-kubernetes");
    [map, pods] = [plan.inputs("router-split"), plan.inputs("router-deployment")];
  });
  afterAll(() => void kubectl(["delete", "namespace", NAMESPACE, "--wait=false"]));

  // A day of roll-out undone by somebody's `pulumi up` of another tag.
  it("is written by the loop, owned by it alone, and left alone by the next update of all the rest", () => {
    const first = readSplit((map?.["data"] as Record<string, string>)["split.json"] ?? "");
    const next = withFirstRelease(first, "r41", 1);
    const data = { "split.json": splitText(next), "split.conf": splitConfiguration(next) };
    apply({ ...split, data }, "ab-controller", "--force-conflicts", ...LOOP);
    const annotated = { template: { metadata: { annotations: { splitHash: splitHash(next) } } } };
    apply({ ...deployment, spec: annotated }, "ab-controller", "--force-conflicts", ...LOOP);

    expect(ownedBy("ab-controller", live("configmap", "ab-router-split"))).toEqual({
      "f:data": { "f:split.conf": {}, "f:split.json": {} },
    });
    expect(ownedBy("ab-controller", live("deployment", "ab-router"))).toEqual({
      "f:spec": { "f:template": { "f:metadata": { "f:annotations": { "f:splitHash": {} } } } },
    });

    const labelled = (manifest: Properties): Properties => {
      const metadata = manifest["metadata"] as Properties;
      return { ...manifest, metadata: { ...metadata, labels: { ...(metadata["labels"] as Properties), team: "ml" } } };
    };
    apply(without(labelled(map ?? {}), OF_THE_LOOP.map), "pulumi-kubernetes");
    apply(without(labelled(pods ?? {}), OF_THE_LOOP.deployment), "pulumi-kubernetes");
    expect(live("configmap", "ab-router-split").data).toEqual(data);
    expect(live("deployment", "ab-router").spec?.template.metadata.annotations["splitHash"]).toBe(splitHash(next));
  });

  it.each([
    ["get", "configmaps/ab-router-split", "yes"],
    ["patch", "configmaps/ab-router-split", "yes"],
    ["patch", "deployments.apps/ab-router", "yes"],
    ["list", "pods", "yes"],
    ["patch", "configmaps/another", "no"],
    ["delete", "configmaps/ab-router-split", "no"],
    ["create", "configmaps", "no"],
    ["patch", "deployments.apps/another", "no"],
    ["delete", "pods", "no"],
    ["create", "pods/exec", "no"],
    ["get", "secrets", "no"],
  ])("lets the loop %s %s: %s", (verb, what, answer) => {
    const { stdout } = spawnSync(
      KUBECTL,
      ["--kubeconfig", KUBECONFIG ?? "", "--namespace", NAMESPACE, "auth", "can-i", verb, what, ...LOOP],
      {
        encoding: "utf8",
      },
    );
    expect(stdout.trim()).toBe(answer);
  });
});
