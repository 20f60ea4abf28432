import { AUTOSCALER_CHART, autoscalerStatements, autoscalerValues } from "../../../../components/compute/node-autoscaling/node-autoscaling";
import { recordedChart, unknownPaths } from "../../../support/chart-values";

describe("I3 node autoscaling", () => {
  const values = autoscalerValues({ clusterName: "ml", region: "eu-central-1", idleMinutes: 10 });
  const recorded = recordedChart("cluster-autoscaler");

  it("installs the chart that was read, and tells it only what it knows", () => {
    const { chart, version, repository } = AUTOSCALER_CHART;
    expect({ chart, version, repository }).toEqual({ chart: recorded.chart, version: recorded.version, repository: recorded.repository });
    expect(unknownPaths(recorded, values)).toEqual([]);
  });

  // Without the name the chart installs roles and no autoscaler; without the region the autoscaler asks the node, and nodes answer no pod.
  it("names cluster and Region", () => {
    expect(values).toMatchObject({ autoDiscovery: { clusterName: "ml" }, awsRegion: "eu-central-1" });
  });

  // By default a pod with an emptyDir holds its node for ever: a GPU node that nobody uses costs USD 384 a month.
  it("gives back a node whatever lies on it, once it is idle for the time that is given", () => {
    expect(values.extraArgs).toEqual({
      expander: "least-waste",
      "balance-similar-node-groups": true,
      "scale-down-unneeded-time": "10m",
      "scale-down-delay-after-add": "10m",
      "ignore-daemonsets-utilization": true,
      "skip-nodes-with-local-storage": false,
      "skip-nodes-with-system-pods": false,
    });
  });

  // Two clusters of one account: the autoscaler of the one must not end the nodes of the other.
  it("changes the size of its own cluster's groups only", () => {
    const [look, scale] = autoscalerStatements("ml");
    expect(scale).toEqual({
      ...{ Sid: "ScaleThisCluster", Effect: "Allow", Resource: "*" },
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Condition: { StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/ml": "owned" } },
    });
    const changes = [look?.Action ?? []].flat().filter((action) => !/:(Describe|Get)/.test(action));
    expect(changes).toEqual([]);
  });
});
