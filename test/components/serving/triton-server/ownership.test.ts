/**
 * Who owns which field of a slot, on a real API server: server-side apply is the server's, and no stand-in has it.
 *
 * Optional: it runs where MODELLOOP_KUBECONFIG names the kubeconfig of a server that may be written to and that knows KEDA's kinds, and
 * MODELLOOP_KUBECTL the kubectl to use, if not the one on PATH. Pulumi, the loop and KEDA are played by kubectl under their names; Pulumi's
 * `ignoreChanges` as its provider does it (pulumi-kubernetes 4.x, provider/pkg/await/await.go, handleSSAIgnoreFields, 2026).
 */
import { spawnSync } from "node:child_process";
import { ModelKind, TritonServer } from "../../../../components";
import { FIELD_MANAGER, PAUSE_ANNOTATION, RELEASE_VARIABLE, releaseApply, sleepPatch } from "../../../../lambdas/domain/packages/slots";
import { planOf } from "../../shared/plan-of";

const KUBECONFIG = process.env["MODELLOOP_KUBECONFIG"];
const KUBECTL = process.env["MODELLOOP_KUBECTL"] ?? "kubectl";
const NAMESPACE = "triton-slots";
const PULUMI = "pulumi-kubernetes";
const POLICY = "triton-slots-anomalies-release-writers";

type Tree = { [key: string]: Tree };

interface Live {
  metadata: {
    resourceVersion: string;
    annotations?: Record<string, string>;
    managedFields: { manager: string; operation: string; fieldsV1: Tree }[];
  };
  spec: { replicas: number; template: { spec: { containers: [{ image: string; env: { name: string; value?: string }[] }] } } };
}

type Manifest = Omit<Live, "metadata"> & { metadata: { annotations?: Record<string, string> } };

const foreignPatch = { spec: { template: { spec: { nodeSelector: { other: "x" } } } } };

const cluster = {
  ...{ clusterName: "ml", vpcId: "vpc-1", clusterSecurityGroupId: "sg-1", endpoint: "https://ml", certificateAuthority: "Y2E=" },
  ...{ oidcProviderArn: "arn:provider", oidcIssuer: "issuer" },
};

(KUBECONFIG === undefined ? describe.skip : describe)("S1 on a real API server (MODELLOOP_KUBECONFIG), a slot", () => {
  let deployment: Manifest;
  let scaling: Manifest;

  beforeAll(async () => {
    const models = [{ name: "anomaly_catboost", kind: ModelKind.CatBoost }];
    const monitoring = { prometheusUrl: "http://prometheus:9090" };
    const plan = await planOf(
      () =>
        new TritonServer("anomalies", {
          cluster,
          namespace: NAMESPACE,
          bucketName: "models",
          models,
          monitoring,
          stsCidrs: ["10.0.0.0/16"],
        }),
    );
    const manifest = (name: string) => structuredClone(plan.inputs(name)) as unknown as Manifest;
    [deployment, scaling] = [manifest("anomalies-a-deployment"), manifest("anomalies-a-scaling")];
    kubectl(["create", "namespace", NAMESPACE]);
    kubectl(["-n", NAMESPACE, "delete", "deployments,scaledobjects,roles,rolebindings,servicemonitors", "--all"]);
    kubectl(["delete", "validatingadmissionpolicybindings,validatingadmissionpolicies", POLICY]);
    succeeded(apply(deployment, PULUMI));
    succeeded(apply(scaling, PULUMI));
    const others = ["writers", "writers-binding", "writers-policy", "writers-policy-binding", "monitor"];
    for (const noun of others) succeeded(apply(manifest(`anomalies-${noun}`), PULUMI));
    // The API server takes its time to read a policy.
    for (let tries = 0; tries < 100 && asLoop("deployment", "a", foreignPatch, "--dry-run=server").status === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });

  function kubectl(argv: readonly string[], input?: string) {
    return spawnSync(KUBECTL, ["--kubeconfig", KUBECONFIG ?? "", ...argv], { encoding: "utf8", ...(input !== undefined && { input }) });
  }

  function succeeded({ status, stderr }: { status: number | null; stderr: string }): void {
    expect({ status, stderr: stderr.replace(/^Warning.*\n/gm, "") }).toEqual({ status: 0, stderr: "" });
  }

  /** Without force, as Pulumi and the loop apply: what another one owns is a conflict. */
  function apply(manifest: object, manager: string) {
    return kubectl(["apply", "--server-side", `--field-manager=${manager}`, "--validate=strict", "-f", "-"], JSON.stringify(manifest));
  }

  /** As the loop's own session in the cluster, without more than its group may. */
  function asLoop(kind: string, slot: string, patch: object, ...more: string[]) {
    const of = ["-n", NAMESPACE, "patch", kind, `anomalies-${slot}`, "--as=loop", "--as-group=release-writers"];
    return kubectl([...of, "--type=merge", "-p", JSON.stringify(patch), ...more]);
  }

  /** A merge patch replaces a list as a whole, so it brings all of the container that is there. */
  function containerPatch(change: object): object {
    const [container] = live("deployment").spec.template.spec.containers;
    return { spec: { template: { spec: { containers: [{ ...container, ...change }] } } } };
  }

  function live(kind: string): Live {
    const { stdout } = kubectl(["-n", NAMESPACE, "get", kind, "anomalies-a", "-o", "json", "--show-managed-fields"]);
    return JSON.parse(stdout) as Live;
  }

  function ownedBy(manager: string, { metadata }: Live): string[] {
    return metadata.managedFields.filter((entry) => entry.manager === manager).flatMap(({ fieldsV1 }) => leavesOf(fieldsV1));
  }

  function release(): string | undefined {
    return live("deployment").spec.template.spec.containers[0].env.find(({ name }) => name === RELEASE_VARIABLE)?.value;
  }

  const writesRelease = (prefix: string) => apply(releaseApply("anomalies", "a", NAMESPACE, prefix), FIELD_MANAGER);

  function sleeps(asleep: boolean) {
    const { resourceVersion } = live("scaledobject").metadata;
    const patch = JSON.stringify(sleepPatch(asleep, resourceVersion));
    return kubectl([
      "-n",
      NAMESPACE,
      "patch",
      "scaledobject",
      "anomalies-a",
      "--type=merge",
      `--field-manager=${FIELD_MANAGER}`,
      "-p",
      patch,
    ]);
  }

  it("takes the release from the loop, which then owns this one variable and nothing else", () => {
    succeeded(writesRelease("releases/r1"));
    expect(ownedBy(FIELD_MANAGER, live("deployment"))).toEqual([
      'spec.template.spec.containers.{"name":"triton"}.',
      'spec.template.spec.containers.{"name":"triton"}.env.{"name":"RELEASE_PREFIX"}.',
      'spec.template.spec.containers.{"name":"triton"}.env.{"name":"RELEASE_PREFIX"}.name',
      'spec.template.spec.containers.{"name":"triton"}.env.{"name":"RELEASE_PREFIX"}.value',
      'spec.template.spec.containers.{"name":"triton"}.name',
    ]);
    succeeded(writesRelease("releases/r2"));
    expect(release()).toBe("releases/r2");
  });

  // The next `pulumi up` is next Tuesday, by somebody who knows nothing of last night's release.
  it("keeps release and replicas when Pulumi sends it anew with another image", () => {
    succeeded(kubectl(["-n", NAMESPACE, "scale", "deployment", "anomalies-a", "--replicas=5"]));
    const changed = structuredClone(deployment);
    changed.spec.template.spec.containers[0].image = "mirror/tritonserver:26.08-py3";
    const { replicas: _, ...spec } = changed.spec;
    // spec.replicas is another one's by now: the provider drops what it is told to ignore.
    expect(ownedBy(PULUMI, live("deployment"))).not.toContain("spec.replicas");
    succeeded(apply({ ...changed, spec }, PULUMI));
    const now = live("deployment");
    expect(now.spec.template.spec.containers[0].image).toBe("mirror/tritonserver:26.08-py3");
    expect([release(), now.spec.replicas]).toEqual(["releases/r2", 5]);
    succeeded(writesRelease("releases/r3"));
  });

  // The reason why Pulumi sends no such variable, not even one to be ignored.
  it("would be a conflict for Pulumi if it sent a release of its own", () => {
    const seeded = structuredClone(deployment);
    seeded.spec.template.spec.containers[0].env.push({ name: RELEASE_VARIABLE, value: "none" });
    const { replicas: _, ...spec } = seeded.spec;
    const { status, stderr } = apply({ ...seeded, spec }, PULUMI);
    expect(status).not.toBe(0);
    expect(stderr).toContain(`conflict with "${FIELD_MANAGER}"`);
  });

  // Put to sleep by an update of something else, the slot that serves would be gone within a minute.
  it("stays awake when Pulumi sends its scaling anew, and asleep when the loop has put it to sleep again", () => {
    expect(live("scaledobject").metadata.annotations?.[PAUSE_ANNOTATION]).toBe("0");
    for (const asleep of [false, true, false]) {
      succeeded(sleeps(asleep));
      const { annotations } = live("scaledobject").metadata;
      // What is told to be ignored, and is Pulumi's in part, it sends as it found it.
      succeeded(apply({ ...scaling, metadata: { ...scaling.metadata, ...(annotations && { annotations }) } }, PULUMI));
      expect(live("scaledobject").metadata.annotations?.[PAUSE_ANNOTATION]).toBe(asleep ? "0" : undefined);
    }
  });

  // Found nothing there, the provider would send what the program says: the first sleep.
  it("always has an annotation for Pulumi to find", () => {
    expect(Object.keys(live("scaledobject").metadata.annotations ?? {})).toEqual(["modelloop/sleep-belongs-to"]);
  });

  // A loop that was taken over must not be a way to run anything in the namespace.
  it("lets the loop's group change its own objects, and no other, and delete or create none", () => {
    const may = (verb: string, what: string) =>
      kubectl(["-n", NAMESPACE, "auth", "can-i", verb, what, "--as=loop", "--as-group=release-writers"]).stdout.trim() === "yes";
    expect(["deployments.apps/anomalies-a", "scaledobjects.keda.sh/anomalies-b"].map((what) => may("patch", what))).toEqual([true, true]);
    expect(
      ["deployments.apps/router", "deployments.apps", "secrets", "scaledobjects.keda.sh/other"].map((what) => may("patch", what)),
    ).toEqual([false, false, false, false]);
    expect([may("delete", "deployments.apps/anomalies-a"), may("create", "deployments.apps"), may("list", "pods")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  // By its role it may patch the object; that is any of its fields, an image with the right to read every model among them.
  it("S3 takes a release and a sleep from the loop's group, and nothing else of these objects", () => {
    const { env } = live("deployment").spec.template.spec.containers[0];
    const withRelease = (value: string, others = env) => [
      ...others.filter(({ name }) => name !== RELEASE_VARIABLE),
      { name: RELEASE_VARIABLE, value },
    ];
    const onlyRelease = "this group may exchange a slot's release, and change nothing else of the Deployment";
    const onlySleep = "this group may put a slot to sleep and wake it, and change nothing else of the ScaledObject";
    const mayNot: [string, object, string][] = [
      ["deployment", containerPatch({ image: "evil/shell:1" }), onlyRelease],
      ["deployment", containerPatch({ command: ["sh"] }), onlyRelease],
      ["deployment", containerPatch({ env: withRelease("other/r9") }), onlyRelease],
      [
        "deployment",
        containerPatch({ env: withRelease("releases/r9", [...env, { name: "LD_PRELOAD", value: "/tmp/x.so" }]) }),
        onlyRelease,
      ],
      ["deployment", containerPatch({ env: withRelease("releases/r9", env.slice(1)) }), onlyRelease],
      ["deployment", { spec: { replicas: 0 } }, onlyRelease],
      ["deployment", { spec: { template: { spec: { serviceAccountName: "other" } } } }, onlyRelease],
      ["deployment", { spec: { template: { metadata: { annotations: { other: "x" } } } } }, onlyRelease],
      ["deployment", { metadata: { finalizers: ["modelloop/never"] } }, onlyRelease],
      ["scaledobject", { spec: { maxReplicaCount: 99 } }, onlySleep],
      ["scaledobject", { metadata: { annotations: { [PAUSE_ANNOTATION]: "7" } } }, onlySleep],
      ["scaledobject", { metadata: { annotations: { other: "x" } } }, onlySleep],
      ["scaledobject", { metadata: { labels: { other: "x" } } }, onlySleep],
    ];
    for (const [kind, patch, message] of mayNot) {
      const { status, stderr } = asLoop(kind, "a", patch);
      expect([JSON.stringify(patch), status, stderr.includes(message) ? "" : stderr]).toEqual([JSON.stringify(patch), 1, ""]);
    }
    succeeded(asLoop("deployment", "a", containerPatch({ env: withRelease("releases/r4") })));
    const sent = JSON.stringify(releaseApply("anomalies", "a", NAMESPACE, "releases/r5"));
    const session = ["--as=loop", "--as-group=release-writers"];
    succeeded(kubectl(["apply", "--server-side", `--field-manager=${FIELD_MANAGER}`, "--force-conflicts", ...session, "-f", "-"], sent));
    expect(release()).toBe("releases/r5");
    for (const asleep of [true, false]) {
      succeeded(asLoop("scaledobject", "a", sleepPatch(asleep, live("scaledobject").metadata.resourceVersion)));
    }
  });

  it("refuses a writer of sleep that has read an older version", () => {
    const { status, stderr } = kubectl([
      "-n",
      NAMESPACE,
      "patch",
      "scaledobject",
      "anomalies-a",
      "--type=merge",
      "-p",
      JSON.stringify(sleepPatch(true, "1")),
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toContain("the object has been modified");
  });
});

/** `f:spec`, `k:{"name":"x"}` and the like as paths; "." says that the element itself is owned. */
function leavesOf(tree: Tree, path: readonly string[] = []): string[] {
  return Object.entries(tree)
    .flatMap(([key, below]) => {
      const here = [...path, key === "." ? "" : key.slice(2)];
      return Object.keys(below).length === 0 ? [here.join(".")] : leavesOf(below, here);
    })
    .sort();
}
