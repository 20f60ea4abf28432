import { ebsCsiValues, ebsKeyStatements, VPC_CNI_VALUES } from "../../../../components/compute/cluster/add-ons";
import { storageClass } from "../../../../components/compute/cluster/storage-class";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";

// Without it every network policy of the platform is accepted, and enforced by nobody.
it("I13 has network policies enforced", () => {
  expect(VPC_CNI_VALUES).toEqual({ enableNetworkPolicy: "true" });
});

describe("I14 volumes", () => {
  it("lets a backup plan find them by their tags", () => {
    expect(ebsCsiValues({})).toEqual({});
    expect(ebsCsiValues({ backup: "daily" })).toEqual({ controller: { extraVolumeTags: { backup: "daily" } } });
  });

  it("lets the driver use a key of one's own, and hand it to EC2 alone", () => {
    expect(ebsKeyStatements("arn:key")).toEqual([
      { Sid: "UseTheKey", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"], Resource: "arn:key" },
      {
        ...{ Sid: "LetEc2UseTheKey", Effect: "Allow", Action: "kms:CreateGrant", Resource: "arn:key" },
        Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
    ]);
  });

  // Bound at once, a volume lies in one zone and the pod that mounts it is sent to another. Deleted with its claim, months of metrics go with
  // a Helm release.
  it("gets by default an encrypted volume in the zone of its pod, that outlives its claim", () => {
    const gp3 = storageClass({ deleteVolumesWithClaims: false });
    expect(manifestFaults({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", ...gp3 })).toEqual([]);
    expect(gp3).toEqual({
      metadata: { name: "gp3", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true", "csi.storage.k8s.io/fstype": "ext4" },
      ...{ volumeBindingMode: "WaitForFirstConsumer", allowVolumeExpansion: true, reclaimPolicy: "Retain" },
    });
    expect(storageClass({ deleteVolumesWithClaims: true }).reclaimPolicy).toBe("Delete");
  });
});
