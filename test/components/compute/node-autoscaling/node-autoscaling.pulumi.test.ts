import * as kubernetes from "@pulumi/kubernetes";
import { NodeAutoscaling } from "../../../../components";
import { planOf, refusalOf } from "../../shared/plan-of";
import { cluster } from "../shared/surroundings";

describe("I3 NodeAutoscaling", () => {
  it("installs the autoscaler whole or not at all, after the role that it starts with", async () => {
    const plan = await planOf(() => {
      const theirs = new kubernetes.Provider("theirs", { kubeconfig: "{}" });
      return { version: new NodeAutoscaling("scaling", { cluster, idleMinutes: 5 }, { providers: { kubernetes: theirs } }).chartVersion };
    });
    expect(plan.list).toEqual([
      "aws:eks/podIdentityAssociation:PodIdentityAssociation scaling-identity",
      "aws:iam/role:Role scaling-role",
      "aws:iam/rolePolicy:RolePolicy scaling-policy",
      "kubernetes:helm.sh/v3:Release scaling-release",
      "modelloop:index:NodeAutoscaling scaling",
    ]);
    expect(plan.inputs("scaling-release")).toMatchObject({
      ...{ name: "cluster-autoscaler", chart: "cluster-autoscaler", version: "9.59.0", namespace: "kube-system", createNamespace: false },
      ...{ atomic: true, cleanupOnFail: true, timeout: 300, repositoryOpts: { repo: "https://kubernetes.github.io/autoscaler" } },
      values: {
        ...{ autoDiscovery: { clusterName: "theirs" }, awsRegion: "us-east-1" },
        extraArgs: { "scale-down-unneeded-time": "5m" },
      },
    });
    expect(plan.waitsFor("scaling-release")).toContain("scaling-identity");
    // A cluster made elsewhere is reached through the provider that is given.
    expect(plan.resource("scaling-release").options.provider).toContain("::theirs::");
    expect(plan.inputs("scaling-identity")).toMatchObject({
      ...{ clusterName: "theirs", namespace: "kube-system", serviceAccount: "cluster-autoscaler" },
    });
    expect(plan.recording.stackOutputs).toEqual({ version: "9.59.0" });
  });

  it("fails when a node must go before it is idle, or never goes", () => {
    expect(refusalOf(() => new NodeAutoscaling("scaling", { cluster, idleMinutes: 0 }))).toBe(
      'NodeAutoscaling "scaling" cannot be built:\n  - idleMinutes is 0; an idle node is given back within a day: use a whole number from 1 to 1,440',
    );
  });
});
