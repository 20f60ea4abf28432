import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type VolumesArgs } from "./cluster-arguments.pulumi";
import { storageClass } from "./storage-class";

export function createStorageClass(
  parent: pulumi.Resource,
  name: string,
  provider: kubernetes.Provider,
  { kmsKeyArn, deleteVolumesWithClaims = false }: VolumesArgs,
): pulumi.Output<string> {
  const { metadata, parameters, ...settings } = storageClass({ deleteVolumesWithClaims });
  const gp3 = new kubernetes.storage.v1.StorageClass(
    `${name}-gp3`,
    { metadata, parameters: kmsKeyArn === undefined ? parameters : { ...parameters, kmsKeyId: kmsKeyArn }, ...settings },
    { parent, provider },
  );
  return gp3.metadata.name;
}
