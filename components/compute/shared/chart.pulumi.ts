import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Chart } from "./chart";

/** Failed installations are taken back whole: half a controller answers webhooks and does nothing else. */
const ALL_OR_NOTHING = { atomic: true, cleanupOnFail: true, maxHistory: 5 };

export function createRelease(
  name: string,
  { release, chart, version, repository, namespace, timeoutSeconds }: Chart,
  values: pulumi.Inputs,
  opts: pulumi.CustomResourceOptions,
): kubernetes.helm.v3.Release {
  return new kubernetes.helm.v3.Release(
    name,
    {
      ...{ name: release, chart, version, repositoryOpts: { repo: repository } },
      ...{ namespace, createNamespace: false, timeout: timeoutSeconds },
      ...ALL_OR_NOTHING,
      values,
    },
    opts,
  );
}
