/** What a claim gets that names no class: an encrypted volume that outlives it. EKS itself has no default since Kubernetes 1.30. */
export function storageClass({ deleteVolumesWithClaims }: { readonly deleteVolumesWithClaims: boolean }) {
  return {
    metadata: { name: "gp3", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "ebs.csi.aws.com",
    parameters: { type: "gp3", encrypted: "true", "csi.storage.k8s.io/fstype": "ext4" },
    // In the zone of the pod, which is chosen first: a volume cannot move to another.
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    reclaimPolicy: deleteVolumesWithClaims ? "Delete" : "Retain",
  };
}
