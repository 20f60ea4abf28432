/** The ports of a roll-out as its functions use them on AWS. Making them asks nothing of the network. */
import type { RollBackEnvironment, RollOutEnvironment } from "../runtime/loop-environment";
import { cloudWatchStageMetrics } from "./cloudwatch-stage-metrics";
import { httpModelPods } from "./http-model-pods";
import { apiServer } from "./kubernetes/api-server";
import { eksTokens } from "./kubernetes/eks-token";
import { kubernetesCluster } from "./kubernetes/kubernetes-cluster";
import { loopPorts } from "./loop-ports";
import { prometheusMetrics } from "./prometheus";
import { s3ReleaseFiles } from "./s3-release-files";
import { s3ServedLines } from "./s3-served-lines";
import { stepFunctionsRollOuts } from "./step-functions-roll-outs";

function trafficPorts(environment: Omit<RollBackEnvironment, "ROLL_OUT_MACHINE_ARN">) {
  const {
    CLUSTER_NAME: clusterName,
    CLUSTER_REGION: region,
    CLUSTER_ENDPOINT: endpoint,
    CLUSTER_CA,
    LEASE_HOURS: leaseHours,
  } = environment;
  const { MODEL_SPECS_BUCKET: bucket, MODEL_SPECS_KEY: key, RELEASES_BUCKET: releasesBucket } = environment;
  const certificateAuthority = Buffer.from(CLUSTER_CA, "base64").toString("utf8");
  return {
    ...loopPorts(environment),
    leaseHours,
    cluster: kubernetesCluster(apiServer({ endpoint, certificateAuthority, token: eksTokens({ clusterName, region }) })),
    pods: httpModelPods(),
    releases: s3ReleaseFiles(),
    lines: s3ServedLines({ bucket, key, releasesBucket }),
  };
}

export function rollOutPorts(environment: RollOutEnvironment) {
  const { PROMETHEUS_URL: url, PROMETHEUS_SIGNED_REGION: signedRegion, ENVIRONMENT } = environment;
  const metrics = url === undefined ? cloudWatchStageMetrics(ENVIRONMENT) : prometheusMetrics({ url, signedRegion });
  return { ...trafficPorts(environment), metrics };
}

export function rollBackPorts(environment: RollBackEnvironment) {
  return { ...trafficPorts(environment), runs: stepFunctionsRollOuts(environment.ROLL_OUT_MACHINE_ARN) };
}
