/** Clusters and nodes. Nodes that an autoscaler may add are usage: the ones that are kept are not. */
import { type Charge, groupOf, hourly, listOf, type Meter, monthly, numberOf, type Subject, textOf, used } from "../charge";
import { readQuantity } from "../../../components/shared/quantity";
import type { Properties } from "../../engine";

export const GPU_TYPE = /^(p|g)\d/;

/** EBS gives a gp3 volume these without a charge. */
const INCLUDED = { iops: 3_000, throughput: 125 };

/** Budgeted at the price on demand: what spot saves changes from hour to hour, and a budget must hold when there is none. */
export function boughtAs({ capacityType }: Properties): string {
  return capacityType === "SPOT" ? "spot, at the price on demand" : "on demand";
}

function nodeGroup(subject: Subject): Charge[] {
  const { inputs, usage } = subject;
  const types = listOf(inputs["instanceTypes"]).map((type) => textOf(type));
  const type = types[0] ?? "t3.medium";
  const kept = numberOf(groupOf(inputs["scalingConfig"])["minSize"], 0);
  const most = numberOf(groupOf(inputs["scalingConfig"])["maxSize"], kept);
  const bought = boughtAs(inputs);
  const sku = `BoxUsage:${type}`;
  const key = GPU_TYPE.test(type) ? "gpuNodeHours" : "nodeHours";
  const more = most > kept ? usage[key] : 0;
  const disks = subject.from("launchTemplate").flatMap(({ inputs: template }) => disksOf(template));
  return [
    ...(kept === 0 ? [] : [hourly(`${kept} × ${type}, ${bought}`, "EC2", sku, kept), ...disks.flatMap((disk) => volume(disk, kept))]),
    ...(more === 0 ? [] : [used(key, `${more} more hours of ${type}, ${bought}`, "EC2", sku, more)]),
  ];
}

interface Disk {
  readonly gib: number;
  readonly iops: number;
  readonly throughput: number;
}

function disksOf(template: Properties): Disk[] {
  return listOf(template["blockDeviceMappings"]).map((mapping) => {
    const ebs = groupOf(groupOf(mapping)["ebs"]);
    return {
      gib: numberOf(ebs["volumeSize"], 20),
      iops: numberOf(ebs["iops"], INCLUDED.iops),
      throughput: numberOf(ebs["throughput"], INCLUDED.throughput),
    };
  });
}

function volume({ gib, iops, throughput }: Disk, count: number): Charge[] {
  const [more, faster] = [iops - INCLUDED.iops, throughput - INCLUDED.throughput];
  return [
    monthly(`${count} × ${gib} GiB of gp3`, "EBS", "EBS:VolumeUsage.gp3", gib * count),
    ...(more > 0 ? [monthly(`${more} IOPS more`, "EBS", "EBS:VolumeP-IOPS.gp3", more * count)] : []),
    ...(faster > 0 ? [monthly(`${faster} MiB/s more`, "EBS", "EBS:VolumeP-Throughput.gp3", faster * count)] : []),
  ];
}

function cluster({ inputs, usage }: Subject): Charge[] {
  const logs = listOf(inputs["enabledClusterLogTypes"]).length;
  const gb = logs * usage.controlPlaneLogGb;
  return [
    hourly("control plane", "EKS", "USE1-AmazonEKS-Hours:perCluster"),
    ...(logs === 0 ? [] : [used("controlPlaneLogGb", `${gb} GB of ${logs} control-plane logs`, "CloudWatch", "DataProcessing-Bytes", gb)]),
  ];
}

function claim({ inputs }: Subject): Charge[] {
  const asked = groupOf(groupOf(groupOf(inputs["spec"])["resources"])["requests"])["storage"];
  const gib = (readQuantity(textOf(asked, "0")) ?? 0) / 2 ** 30;
  return [monthly(`volume of ${gib} GiB`, "EBS", "EBS:VolumeUsage.gp3", gib)];
}

export const COMPUTE_METERS: Readonly<Record<string, Meter>> = {
  "aws:eks/cluster:Cluster": cluster,
  "aws:eks/nodeGroup:NodeGroup": nodeGroup,
  "kubernetes:core/v1:PersistentVolumeClaim": claim,
};
