import { Capacity, TaintEffect } from "../../../../components/compute/node-group/managed-groups";
import { nodeGroupFaults, nodeGroupSizes } from "../../../../components/compute/node-group/node-group";

describe("I2 nodes without a GPU", () => {
  it("keeps a node in each zone unless told otherwise", () => {
    expect(nodeGroupSizes({})).toEqual({ zones: 2, minSize: 2, maxSizePerZone: 3 });
    expect(nodeGroupSizes({ zones: 3 })).toEqual({ zones: 3, minSize: 3, maxSizePerZone: 3 });
  });

  it.each([
    [{}],
    [{ instanceTypes: ["m6i.large", "m5.large", "m7i-flex.large"], capacity: Capacity.Spot }],
    [{ instanceTypes: ["c6i.2xlarge"], diskGiB: 200, taints: [{ key: "team", effect: TaintEffect.NoSchedule }] }],
  ])("takes %j", (shape) => expect(nodeGroupFaults(shape)).toEqual([]));

  it.each([
    [[], "instanceTypes is empty; a group needs something to run on: name a type such as m6i.large"],
    [["large"], `instanceTypes[0] is "large"; an instance type is written like m6i.large: write it so`],
    // On such a node every pod would run beside an idle GPU, which costs five times the node.
    [
      ["m6i.large", "g4dn.xlarge"],
      "instanceTypes[1] is g4dn.xlarge; it has an accelerator, whose nodes need a taint and drivers: use GpuNodeGroup, or a type without one",
    ],
    [["m7g.large"], "instanceTypes[0] is m7g.large; it is a Graviton, and the nodes' image is for x86: use a type such as m6i.large"],
    [
      ["m6i.large", "m6i.xlarge"],
      "instanceTypes has m6i.large and m6i.xlarge; the autoscaler takes all nodes of a group for alike: name types of one class and size, such as m6i.large and m5.large",
    ],
    [
      ["m6i.large", "c6i.large"],
      "instanceTypes has m6i.large and c6i.large; the autoscaler takes all nodes of a group for alike: name types of one class and size, such as m6i.large and m5.large",
    ],
    [["m6i.large", "m6i.large"], "instanceTypes names m6i.large more than once; each counts once: name it once"],
  ])("refuses the types %j", (instanceTypes, fault) => {
    expect(nodeGroupFaults({ instanceTypes })).toEqual([fault]);
  });

  it("refuses spot of one type", () => {
    expect(nodeGroupFaults({ capacity: Capacity.Spot })).toEqual([
      "capacity is spot with m6i.large only; when AWS runs out of one type, all nodes go at once: name two types of one class and size, or use on-demand",
    ]);
  });

  it("names every fault by where it stands", () => {
    const taints = [{ key: "team", effect: "Never" as TaintEffect }];
    expect(nodeGroupFaults({ capacity: "reserved" as Capacity, minSize: 9, diskGiB: 8, taints }, "systemNodes.")).toEqual([
      `capacity is "reserved"; it must be one of on-demand, spot: use one of these`,
      "systemNodes.minSize is 9; 2 zones of 3 have room for 6: lower minSize, or raise maxSizePerZone",
      "systemNodes.diskGiB is 8; the node's image fills 20 GiB, and a gp3 volume ends at 16,384: use a whole number from 20 to 16,384",
      `systemNodes.taints[0].effect is "Never"; it must be one of NoExecute, NoSchedule, PreferNoSchedule: use one of these`,
    ]);
  });
});
