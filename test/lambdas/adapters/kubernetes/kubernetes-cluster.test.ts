/**
 * The router and the slots as objects of a cluster: what is asked of it, and what is made of its answers. On a real API server, too, where
 * MODELLOOP_KUBECONFIG names the kubeconfig of one that may be written to and knows KEDA's kinds, and MODELLOOP_KUBECTL the kubectl to use, if not
 * the one on PATH. No pods run there: ownership, versions and rights need none.
 */
import { spawnSync } from "node:child_process";
import tls from "node:tls";
import { ModelKind, ModelRouter, TritonServer } from "../../../../components";
import { apiServer, type ApiReply, type ApiRequest, type CallApi } from "../../../../lambdas/adapters/kubernetes/api-server";
import { eksTokens } from "../../../../lambdas/adapters/kubernetes/eks-token";
import { kubernetesCluster } from "../../../../lambdas/adapters/kubernetes/kubernetes-cluster";
import { splitText } from "../../../../lambdas/domain/split/split";
import { withCandidate, withFirstRelease } from "../../../../lambdas/domain/split/split-changes";
import { splitConfiguration, splitHash } from "../../../../lambdas/domain/split/split-configuration";
import type { Cluster } from "../../../../lambdas/ports/cluster";
import { planOf } from "../../../components/shared/plan-of";
import { splitOf } from "../../support/roll-out-world";

const ROUTER = { namespace: "serving", router: "ab-router" };
const SLOT = { namespace: "serving", server: "anomalies", slot: "b" } as const;

function answering(answers: Record<string, ApiReply>) {
  const asked: ApiRequest[] = [];
  const call: CallApi = (request) => {
    asked.push(request);
    const [path = ""] = request.path.split("?");
    return Promise.resolve(answers[`${request.method} ${path}`] ?? { status: 404, body: { message: "not found" } });
  };
  return { asked, cluster: kubernetesCluster(call) };
}

const MAP = "/api/v1/namespaces/serving/configmaps/ab-router-split";
const DEPLOYMENT = "/apis/apps/v1/namespaces/serving/deployments/ab-router";
const SLOT_B = "/apis/apps/v1/namespaces/serving/deployments/anomalies-b";
const SCALING = "/apis/keda.sh/v1alpha1/namespaces/serving/scaledobjects/anomalies-b";
const PODS = "/api/v1/namespaces/serving/pods";

const SETTLED = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
const POD_LIST = {
  items: [
    { metadata: {}, status: { podIP: "10.0.0.1", phase: "Running" } },
    { metadata: { deletionTimestamp: "2026-03-02T14:15:00Z" }, status: { podIP: "10.0.0.2", phase: "Running" } },
    { metadata: {}, status: { phase: "Pending" } },
  ],
};

function deployment(change: object = {}, container: object = {}) {
  return {
    metadata: { resourceVersion: "7", generation: 2 },
    spec: {
      ...{ replicas: 2, selector: { matchLabels: { app: "x", "modelloop/slot": "b" } } },
      template: { metadata: { annotations: {} }, spec: { containers: [{ name: "triton", ...container }] } },
    },
    status: SETTLED,
    ...change,
  };
}

test("S3 the split is read with its version, and written with it, as one apply under the loop's name", async () => {
  const split = splitOf();
  const data = { "split.json": splitText(split), "split.conf": splitConfiguration(split) };
  const { asked, cluster } = answering({
    [`GET ${MAP}`]: { status: 200, body: { metadata: { resourceVersion: "41" }, data } },
    [`PATCH ${MAP}`]: { status: 200, body: {} },
  });
  expect(await cluster.split(ROUTER)).toEqual({ kind: "found", split, resourceVersion: "41" });
  expect(await cluster.writeSplit(ROUTER, split, "41")).toEqual({ kind: "written" });
  expect(asked[1]).toEqual({
    ...{ method: "PATCH", path: `${MAP}?fieldManager=modelloop-loop&force=true`, contentType: "application/apply-patch+yaml" },
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "ab-router-split", namespace: "serving", resourceVersion: "41" }, data },
  });
});

test("S3 pods are replaced once for a split", async () => {
  const split = splitOf();
  const told = { template: { metadata: { annotations: { splitHash: splitHash(split) } }, spec: { containers: [] } } };
  const fresh = answering({
    [`GET ${DEPLOYMENT}`]: { status: 200, body: deployment() },
    [`PATCH ${DEPLOYMENT}`]: { status: 200, body: {} },
  });
  expect(await fresh.cluster.announceSplit(ROUTER, split)).toEqual({ kind: "written" });
  expect(fresh.asked[1]?.body).toMatchObject({ spec: { template: { metadata: { annotations: { splitHash: splitHash(split) } } } } });
  const known = answering({ [`GET ${DEPLOYMENT}`]: { status: 200, body: deployment({ spec: { ...deployment().spec, ...told } }) } });
  expect(await known.cluster.announceSplit(ROUTER, split)).toEqual({ kind: "written" });
  expect(known.asked).toHaveLength(1);
});

test("S3 a slot is known by its Deployment, its ScaledObject and its pods that stay", async () => {
  const container = {
    args: ["--load-model=anomaly_xgboost", "--strict"],
    env: [{ name: "RELEASE_PREFIX", value: "releases/r42" }],
    resources: { limits: { cpu: "1500m" } },
  };
  const asleep = { metadata: { resourceVersion: "9", annotations: { "autoscaling.keda.sh/paused-replicas": "0" } } };
  const { asked, cluster } = answering({
    [`GET ${SLOT_B}`]: { status: 200, body: deployment({}, container) },
    [`GET ${SCALING}`]: { status: 200, body: asleep },
    [`GET ${PODS}`]: { status: 200, body: POD_LIST },
  });
  expect(await cluster.slot(SLOT)).toEqual({
    ...{ kind: "found", settled: true, addresses: ["10.0.0.1"], releasePrefix: "releases/r42", asleep: true },
    traits: { accelerator: "cpu", cpus: 1.5, models: ["anomaly_xgboost"] },
    ...{ resourceVersion: "7", sleepVersion: "9" },
  });
  expect(asked[2]?.path).toBe(`${PODS}?labelSelector=app%3Dx%2Cmodelloop%2Fslot%3Db`);
});

// A replacement that is half done would be tried, and its half be found good.
test.each([
  ["of an older template", { ...SETTLED, updatedReplicas: 1 }],
  ["not available", { ...SETTLED, availableReplicas: 1 }],
  ["too many", { ...SETTLED, replicas: 3 }],
  ["not looked at by the controller", { ...SETTLED, observedGeneration: 1 }],
])("S3 pods are not settled while some are %s", async (_what, status) => {
  const { cluster } = answering({
    [`GET ${DEPLOYMENT}`]: { status: 200, body: deployment({ status }) },
    [`GET ${PODS}`]: { status: 200, body: POD_LIST },
  });
  expect(await cluster.routerPods(ROUTER)).toMatchObject({ settled: false });
});

const CURES = "bind the group of the loop's access entry to the Role that the router and the model server bring along";
test.each([
  [403, `the loop may not PATCH ${SCALING} (no): ${CURES}`],
  [401, "the cluster does not know the loop's role (no): give it an access entry"],
  [404, `${SCALING} is not in the cluster (no): deploy it, or name another`],
  [422, `the cluster answers 422 to PATCH ${SCALING}: no`],
])("S3 what the cluster refuses with %d is an outcome with a sentence", async (status, reason) => {
  const { cluster } = answering({ [`PATCH ${SCALING}`]: { status, body: { message: "no" } } });
  expect(await cluster.setSleep(SLOT, false, "9")).toEqual({ kind: "refused", reason });
});

test("S3 a version that is old is a conflict; a split that nobody can read is refused", async () => {
  const { cluster } = answering({
    [`PATCH ${SCALING}`]: { status: 409, body: { message: "the object has been modified" } },
    [`GET ${MAP}`]: { status: 200, body: { metadata: { resourceVersion: "1" }, data: { "split.json": "{}" } } },
  });
  expect(await cluster.setSleep(SLOT, true, "9")).toEqual({ kind: "conflict", reason: "the object has been modified" });
  expect(await cluster.split(ROUTER)).toMatchObject({ kind: "refused" });
});

test("a token for a cluster is a signed request to STS that names it, and never sent", async () => {
  const credentials = () => Promise.resolve({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "session" });
  const token = await eksTokens({ clusterName: "ml", region: "eu-west-1" }, credentials, () => new Date("2026-03-02T14:15:00Z"))();
  const [prefix, text = ""] = token.split("k8s-aws-v1.");
  const url = new URL(Buffer.from(text, "base64url").toString("utf8"));
  expect([prefix, url.host, url.searchParams.get("Action")]).toEqual(["", "sts.eu-west-1.amazonaws.com", "GetCallerIdentity"]);
  expect(url.searchParams.get("X-Amz-SignedHeaders")).toBe("host;x-k8s-aws-id");
  expect(url.searchParams.get("X-Amz-Expires")).toBe("60");
  expect(url.searchParams.get("X-Amz-Security-Token")).toBe("session");
  expect(url.searchParams.get("X-Amz-Signature")).toMatch(/^[0-9a-f]{64}$/);
});

const KUBECONFIG = process.env["MODELLOOP_KUBECONFIG"];
const KUBECTL = process.env["MODELLOOP_KUBECTL"] ?? "kubectl";
const NAMESPACE = `roll-out-${process.pid}`;

function kubectl(given: readonly string[], manifest?: object): string {
  const { status, stdout, stderr } = spawnSync(KUBECTL, ["--kubeconfig", KUBECONFIG ?? "", "--namespace", NAMESPACE, ...given], {
    encoding: "utf8",
    ...(manifest && { input: JSON.stringify(manifest) }),
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** The server signs its certificate itself, or shows who has. */
function authorityOf(endpoint: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: endpoint.hostname, port: Number(endpoint.port || 443), rejectUnauthorized: false }, () => {
      let certificate = socket.getPeerCertificate(true);
      while (certificate.issuerCertificate !== undefined && certificate.issuerCertificate.fingerprint !== certificate.fingerprint) {
        certificate = certificate.issuerCertificate;
      }
      socket.end();
      resolve(`-----BEGIN CERTIFICATE-----\n${certificate.raw.toString("base64")}\n-----END CERTIFICATE-----\n`);
    });
    socket.on("error", reject);
  });
}

(KUBECONFIG === undefined ? describe.skip : describe)("S3 on a real API server (skipped without MODELLOOP_KUBECONFIG)", () => {
  jest.setTimeout(120_000);
  const router = { namespace: NAMESPACE, router: "ab-router" };
  const slot = { namespace: NAMESPACE, server: "anomalies", slot: "b" } as const;
  let loop: Cluster;
  let stranger: Cluster;

  const clusterAs = async (account: string, namespace: string): Promise<Cluster> => {
    kubectl(["--namespace", namespace, "create", "serviceaccount", account]);
    const token = kubectl(["--namespace", namespace, "create", "token", account]).trim();
    const endpoint = kubectl(["config", "view", "-o", "jsonpath={.clusters[0].cluster.server}"]).trim();
    const certificateAuthority = await authorityOf(new URL(endpoint));
    return kubernetesCluster(apiServer({ endpoint, certificateAuthority, token: () => Promise.resolve(token) }));
  };

  beforeAll(async () => {
    kubectl(["create", "namespace", NAMESPACE]);
    const variants = [{ variant: "xgboost", model: "anomaly_xgboost", percent: 100 }];
    const cluster = {
      ...{ clusterName: "ml", vpcId: "vpc-1", clusterSecurityGroupId: "sg-1", endpoint: "https://ml", certificateAuthority: "Y2E=" },
      ...{ oidcProviderArn: "arn:provider", oidcIssuer: "issuer" },
    };
    const plan = await planOf(() => {
      const server = new TritonServer("anomalies", {
        ...{ namespace: NAMESPACE, cluster, bucketName: "models", models: [{ name: "anomaly_xgboost", kind: ModelKind.XGBoost }] },
        // The namespace's accounts are the group: so the policy over what its members may change is in force here, too.
        ...{ stsCidrs: ["10.0.0.0/16"], writersGroup: `system:serviceaccounts:${NAMESPACE}` },
      });
      new ModelRouter("router", {
        ...{ namespace: NAMESPACE, model: "anomaly", experiment: { variants } },
        modelServer: { namespace: NAMESPACE, slotAServiceName: "anomalies-a", slotBServiceName: "anomalies-b" },
      });
      return server;
    });
    const ours = plan.resources.filter(({ type }) => type.startsWith("kubernetes:") && !/(pod-disruption|PodDisruption)/.test(type));
    for (const { inputs } of ours) kubectl(["apply", "--server-side", "--field-manager=pulumi-kubernetes", "-f", "-"], inputs);
    loop = await clusterAs("loop", NAMESPACE);
    stranger = await clusterAs(`stranger-${process.pid}`, "default");
    // What an access entry's groups are on EKS.
    kubectl(["create", "rolebinding", "writers-test", "--role=ab-router-writers", `--serviceaccount=${NAMESPACE}:loop`]);
  });
  afterAll(() => void kubectl(["delete", "namespace", NAMESPACE, "--wait=false"]));

  it("the loop writes the split once a version, and an older version is a conflict", async () => {
    const first = await loop.split(router);
    if (first.kind === "refused") throw new Error(first.reason);
    const next = withFirstRelease(first.split, "r41", 1);
    expect(await loop.writeSplit(router, next, first.resourceVersion)).toEqual({ kind: "written" });
    expect(await loop.writeSplit(router, withCandidate(next, "r42", 500, 1), first.resourceVersion)).toMatchObject({ kind: "conflict" });
    expect(await loop.split(router)).toMatchObject({ kind: "found", split: next });
    expect(await loop.announceSplit(router, next)).toEqual({ kind: "written" });
    expect(await loop.announceSplit(router, next)).toEqual({ kind: "written" });
    expect(await loop.routerPods(router)).toMatchObject({ kind: "found", settled: false, addresses: [] });
  });

  it("what somebody has changed by hand is taken back into one hand", async () => {
    const patch = JSON.stringify({ data: { "split.conf": "# by hand" } });
    kubectl(["patch", "configmap", "ab-router-split", "--type=merge", "-p", patch, "--field-manager=somebody"]);
    const found = await loop.split(router);
    if (found.kind === "refused") throw new Error(found.reason);
    const next = { ...found.split, generation: found.split.generation + 1 };
    expect(await loop.writeSplit(router, next, found.resourceVersion)).toEqual({ kind: "written" });
    expect(kubectl(["get", "configmap", "ab-router-split", "-o", "jsonpath={.data.split\\.conf}"])).toBe(splitConfiguration(next));
  });

  it("the loop fills a slot, wakes it and puts it to sleep, each with the version that it read", async () => {
    const empty = await loop.slot(slot);
    if (empty.kind === "refused") throw new Error(empty.reason);
    expect(empty).toMatchObject({
      asleep: true,
      traits: { accelerator: "cpu", cpus: 2, models: expect.arrayContaining(["anomaly_xgboost"]) as string[] },
    });
    expect(empty.releasePrefix).toBeUndefined();
    const prefix = "releases/r42";
    expect(await loop.fillSlot(slot, prefix, empty.resourceVersion)).toEqual({ kind: "written" });
    expect(await loop.fillSlot(slot, "releases/r7", empty.resourceVersion)).toMatchObject({ kind: "conflict" });
    expect(await loop.setSleep(slot, false, empty.sleepVersion)).toEqual({ kind: "written" });
    expect(await loop.setSleep(slot, true, empty.sleepVersion)).toMatchObject({ kind: "conflict" });
    expect(await loop.slot(slot)).toMatchObject({ asleep: false, releasePrefix: prefix });
  });

  it("who is not in the group may neither read nor write, and is told what to do", async () => {
    const refused = await stranger.split(router);
    expect(refused).toMatchObject({ kind: "refused", reason: expect.stringContaining("the loop may not GET") as string });
    expect(await stranger.writeSplit(router, splitOf(), "1")).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining(CURES) as string,
    });
    expect(await stranger.slot(slot)).toMatchObject({ kind: "refused" });
  });

  it("a split that is not there is refused with its name", async () => {
    expect(await loop.split({ ...router, router: "another" })).toMatchObject({ kind: "refused" });
  });
});
