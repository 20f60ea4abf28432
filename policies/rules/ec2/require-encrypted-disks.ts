import { at, inTurn, isTrue, list, mapping, said } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";

export const ec2RequireEncryptedDisks = resourceRule({
  name: "ec2-require-encrypted-disks",
  wrong: "A disk is not encrypted.",
  why: "Weights, logs and the volumes of pods lie on it; a snapshot of it opens anywhere.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I14"],
  types: [TEMPLATE, "aws:ebs/volume:Volume", "aws:efs/fileSystem:FileSystem", STORAGE_CLASS],
  settings: {},
  compliant: [
    { type: TEMPLATE, name: "nodes", props: { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }] } },
    { type: "aws:ebs/volume:Volume", name: "scratch", props: { encrypted: true } },
    { type: STORAGE_CLASS, name: "gp3", props: { provisioner: "ebs.csi.aws.com", parameters: { encrypted: "true" } } },
  ],
  *check({ type, props }) {
    if (type === TEMPLATE) {
      yield* inTurn(list(props["blockDeviceMappings"]), function* (given) {
        const disk = mapping(given);
        if (disk["ebs"] !== undefined && !isTrue(at(disk, "ebs.encrypted")))
          yield {
            found: said(`ebs.encrypted of ${String(disk["deviceName"])}`, at(disk, "ebs.encrypted"), "the account's setting"),
            cure: "set it to true",
          };
      });
      return;
    }
    if (type === STORAGE_CLASS && props["provisioner"] !== "ebs.csi.aws.com") return;
    const path = type === STORAGE_CLASS ? "parameters.encrypted" : "encrypted";
    const value = at(props, path);
    if (!isTrue(value)) yield { found: said(path, value, "false"), cure: "set it to true" };
  },
});
