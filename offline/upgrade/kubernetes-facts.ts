import type { UpgradeFact } from "./fact";

/**
 * The provider replaces an object whose name or namespace changes, and takes a claim's specification for unchangeable. From memory; not held
 * against the source.
 */
export const KUBERNETES_FACTS: Readonly<Record<string, UpgradeFact>> = {
  "kubernetes:core/v1:Namespace": { noun: "namespace", content: "all objects in it", replacedBy: ["metadata.name"] },
  "kubernetes:core/v1:PersistentVolume": {
    noun: "volume of the cluster",
    content: "its data",
    replacedBy: ["metadata.name", "spec.csi.volumeHandle", "spec.storageClassName"],
  },
  // Its claims stay when it goes (persistentVolumeClaimRetentionPolicy is Retain where nobody says otherwise).
  "kubernetes:apps/v1:StatefulSet": {
    noun: "stateful set",
    guarding: "its volumes are left with nothing that serves or manages them",
    replacedBy: [],
  },
  "kubernetes:core/v1:PersistentVolumeClaim": {
    noun: "volume claim",
    content: "its data",
    replacedBy: ["metadata.name", "metadata.namespace", "spec.accessModes", "spec.storageClassName", "spec.volumeMode", "spec.volumeName"],
  },
};
