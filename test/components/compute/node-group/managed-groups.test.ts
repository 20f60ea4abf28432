import fc from "fast-check";
import { planGroups, releaseVersionFaults, sizeFaults, subnetFaults } from "../../../../components/compute/node-group/managed-groups";

const someSizes = fc.record({
  zones: fc.integer({ min: 1, max: 3 }),
  minSize: fc.nat({ max: 9 }),
  maxSizePerZone: fc.integer({ min: 3, max: 9 }),
});

describe("I3 one group for each zone and type", () => {
  // A group over two zones puts the node into one, while the pod's volume lies in the other: the pod waits for ever.
  it("gives each zone a group, named so that a further zone or type renames none", () => {
    const sizes = { zones: 2, minSize: 3, maxSizePerZone: 4 };
    expect(planGroups([{ instanceTypes: ["m6i.large", "m5.large"] }], sizes)).toEqual([
      { label: "zone-1", zone: 0, instanceTypes: ["m6i.large", "m5.large"], minSize: 2, maxSize: 4 },
      { label: "zone-2", zone: 1, instanceTypes: ["m6i.large", "m5.large"], minSize: 1, maxSize: 4 },
    ]);
    const kinds = ["a", "b"].map((label) => ({ label, instanceTypes: [label] }));
    expect(planGroups(kinds, sizes).map(({ label, minSize }) => [label, minSize])).toEqual([
      ["a-zone-1", 2],
      ["a-zone-2", 1],
      ["b-zone-1", 0],
      ["b-zone-2", 0],
    ]);
  });

  // Kept twice, a warm GPU node costs another USD 384 a month; kept never, the first request of the day waits for eight minutes.
  it("keeps as many nodes as were asked for, in all, and spreads them evenly", () => {
    fc.assert(
      fc.property(someSizes, (sizes) => {
        const kept = planGroups([{ instanceTypes: ["m6i.large"] }], sizes).map(({ minSize }) => minSize);
        expect(kept.reduce((sum, size) => sum + size, 0)).toBe(sizes.minSize);
        expect(Math.max(...kept) - Math.min(...kept)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("keeps in no zone more than the zone may have, wherever the sizes are accepted", () => {
    fc.assert(
      fc.property(someSizes, (sizes) => {
        fc.pre(sizeFaults("", sizes).length === 0);
        for (const { minSize, maxSize } of planGroups([{ instanceTypes: ["m6i.large"] }], sizes))
          expect(minSize).toBeLessThanOrEqual(maxSize);
      }),
    );
  });
});

describe("I3 sizes", () => {
  it("refuses fewer at most than at least", () => {
    expect(sizeFaults("systemNodes.", { zones: 2, minSize: 7, maxSizePerZone: 3 })).toEqual([
      "systemNodes.minSize is 7; 2 zones of 3 have room for 6: lower minSize, or raise maxSizePerZone",
    ]);
    expect(sizeFaults("", { zones: 1, minSize: 2, maxSizePerZone: 1 })).toEqual([
      "minSize is 2; 1 zone has room for 1: lower minSize, or raise maxSizePerZone",
    ]);
  });

  it("refuses what is no number of nodes or zones", () => {
    expect(sizeFaults("", { zones: 4, minSize: -1, maxSizePerZone: 0 })).toEqual([
      "zones is 4; nodes stand in 1 to 3 zones: use a whole number from 1 to 3",
      "minSize is -1; EKS takes up to 450 nodes a group: use a whole number from 0 to 450",
      "maxSizePerZone is 0; a group has room for a node at least, and EKS takes up to 450: use a whole number from 1 to 450",
    ]);
  });

  it("refuses more zones than there are subnets", () => {
    expect(subnetFaults(2, ["subnet-1", "subnet-2", "subnet-3"])).toEqual([]);
    expect(subnetFaults(3, ["subnet-1", "subnet-2"])).toEqual([
      "zones is 3; subnetIds has 2: give one subnet for each zone, or lower zones",
    ]);
  });
});

// EKS says so of each group in turn, and the first update stands half done.
it("I2 refuses a release of the image that is none", () => {
  expect(["1.35.4-20261113", undefined].flatMap((release) => releaseVersionFaults("releaseVersion", release))).toEqual([]);
  expect(["20261113", 1.35].flatMap((release) => releaseVersionFaults("releaseVersion", release))).toEqual([
    'releaseVersion is "20261113"; EKS writes Kubernetes\' version and a day: write one such as 1.35.4-20261113',
    "releaseVersion is 1.35; EKS writes Kubernetes' version and a day: write one such as 1.35.4-20261113",
  ]);
});
