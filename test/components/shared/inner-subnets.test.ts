import { innerSubnetFaults, innerSubnets } from "../../../components/shared/inner-subnets";

it("takes the subnets without a way out, and the private ones where there are too few", () => {
  expect(innerSubnets(["intra-1", "intra-2"], ["private-1", "private-2"])).toEqual(["intra-1", "intra-2"]);
  expect(innerSubnets(["intra-1"], ["private-1", "private-2"])).toEqual(["private-1", "private-2"]);
});

it("refuses a VPC with one zone", () => {
  expect(innerSubnetFaults("the control plane", [], ["private-1", "private-2"])).toEqual([]);
  expect(innerSubnetFaults("the control plane", ["intra-1"], ["private-1"])).toEqual([
    "vpc has 1 intra and 1 private subnets; the control plane stands in two zones or more: give two of one kind, in different zones",
  ]);
});
