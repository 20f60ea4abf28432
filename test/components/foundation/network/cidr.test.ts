import fc from "fast-check";
import {
  addressCount,
  cidr,
  cidrFaults,
  cidrText,
  contains,
  MAX_ZONES,
  overlaps,
  planSubnets,
  readCidr,
  vpcCidrFaults,
} from "../../../../components/foundation/network/cidr";

const aRange = fc
  .tuple(fc.nat({ max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefix]) => ({ start: address - (address % 2 ** (32 - prefix)), prefix }));

/** Ranges that a VPC may have. */
const aVpc = fc
  .tuple(fc.constantFrom("10.0.0.0/8", "192.168.0.0/16", "100.64.0.0/10"), fc.integer({ min: 16, max: 23 }), fc.nat())
  .map(([home, prefix, place]) => {
    const { start, prefix: homePrefix } = cidr(home);
    return { start: start + (place % 2 ** (prefix - homePrefix)) * 2 ** (32 - prefix), prefix };
  });
const someZones = fc.integer({ min: 1, max: MAX_ZONES });

describe("ranges", () => {
  // 192.0.0.0 and above do not fit a signed 32-bit number: with bit operations they come out negative.
  it.each([
    ["0.0.0.0/0", 0, 0],
    ["10.0.0.0/16", 10 * 2 ** 24, 16],
    ["192.168.0.0/16", 3_232_235_520, 16],
    ["255.255.255.255/32", 2 ** 32 - 1, 32],
  ])("reads %s", (text, start, prefix) => {
    expect(readCidr(text)).toEqual({ kind: "range", range: { start, prefix } });
  });

  it.each([
    "",
    "10.0.0.0",
    "10.0.0/16",
    "10.0.0.256/16",
    "10.0.0.0/33",
    "10.0.0.0/",
    " 10.0.0.0/16",
    "10.0.0.0/16 ",
    "fd00::/8",
    "a.b.c.d/8",
  ])("does not take %p for a range", (text) => expect(readCidr(text)).toEqual({ kind: "malformed" }));

  it("writes every range as it reads it", () => {
    fc.assert(fc.property(aRange, (range) => expect(readCidr(cidrText(range))).toEqual({ kind: "range", range })));
  });

  it("throws on text that nobody checked", () => {
    expect(() => cidr("10.0.0.1/16")).toThrow(new RangeError("10.0.0.1/16 is no range: not-first-address"));
  });

  it("finds that ranges overlap exactly where one contains the other", () => {
    fc.assert(fc.property(aRange, aRange, (a, b) => expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a))));
  });

  it.each([
    ["10.0.0.0/16", "10.0.255.255/32", true],
    ["10.0.0.0/16", "10.1.0.0/16", false],
    ["10.1.0.0/16", "10.0.0.0/16", false],
    ["0.0.0.0/0", "255.0.0.0/8", true],
  ])("%s and %s: overlap is %p", (a, b, expected) => {
    expect(overlaps(cidr(a), cidr(b))).toBe(expected);
  });
});

describe("I1 subnets of a VPC", () => {
  it("cuts a /16 for three zones into the ranges that the README promises", () => {
    expect(planSubnets(cidr("10.0.0.0/16"), 3).map((subnet) => `${subnet.tier} ${subnet.zone} ${subnet.cidr}`)).toEqual([
      "private 0 10.0.0.0/18",
      "private 1 10.0.64.0/18",
      "private 2 10.0.128.0/18",
      "public 0 10.0.192.0/21",
      "public 1 10.0.208.0/21",
      "public 2 10.0.224.0/21",
      "intra 0 10.0.200.0/21",
      "intra 1 10.0.216.0/21",
      "intra 2 10.0.232.0/21",
    ]);
  });

  it("gives each zone one subnet of each tier", () => {
    fc.assert(
      fc.property(aVpc, someZones, (vpc, zones) => {
        const places = planSubnets(vpc, zones).map(({ tier, zone }) => `${tier} ${zone}`);
        const wanted = Array.from({ length: zones }, (_, zone) => ["private", "public", "intra"].map((tier) => `${tier} ${zone}`)).flat();
        expect(places.sort()).toEqual(wanted.sort());
      }),
    );
  });

  // AWS refuses a subnet that lies outside the VPC or over another one, half-way through the `up`.
  it("keeps every subnet inside the VPC, apart from the others, and no smaller than AWS allows", () => {
    fc.assert(
      fc.property(aVpc, someZones, (vpc, zones) => {
        const ranges = planSubnets(vpc, zones).map((subnet) => cidr(subnet.cidr));
        expect(ranges.every((range) => contains(vpc, range) && range.prefix <= 28)).toBe(true);
        expect(ranges.every((a, i) => ranges.every((b, j) => i === j || !overlaps(a, b)))).toBe(true);
      }),
    );
  });

  // A subnet whose range moves is replaced, and every node, database and load balancer in it with it.
  it("moves no subnet when a zone is added", () => {
    fc.assert(
      fc.property(aVpc, fc.integer({ min: 1, max: MAX_ZONES - 1 }), (vpc, zones) => {
        expect(planSubnets(vpc, zones + 1)).toEqual(expect.arrayContaining(planSubnets(vpc, zones)));
      }),
    );
  });

  // Each pod takes an address in a private subnet: when they run out, pods stay pending and nothing says why.
  it("gives the private subnets a quarter of the VPC each, more than all others of the zone together", () => {
    fc.assert(
      fc.property(aVpc, someZones, (vpc, zones) => {
        const size = (tier: string) =>
          planSubnets(vpc, zones)
            .filter((s) => s.tier === tier && s.zone === 0)
            .map((s) => addressCount(cidr(s.cidr)))[0];
        expect(size("private")).toBe(addressCount(vpc) / 4);
        expect(size("public")).toBe(addressCount(vpc) / 32);
        expect(size("intra")).toBe(addressCount(vpc) / 32);
      }),
    );
  });
});

describe("I1 refusals of a range", () => {
  it("accepts every private range from /16 to /23", () => {
    fc.assert(fc.property(aVpc, (vpc) => expect(vpcCidrFaults("cidr", cidrText(vpc))).toEqual([])));
  });

  it("accepts any well-formed range where only that is asked", () => {
    fc.assert(fc.property(aRange, (range) => expect(cidrFaults("cidr", cidrText(range))).toEqual([])));
  });

  const privateOnly = "a VPC's range must be private: choose one inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10";
  const tooSmall = "the nine subnets of up to 3 zones need a /23, because AWS makes none smaller than /28";
  it.each([
    ["fails when it is no range", "10.0.0.0", [`cidr is "10.0.0.0"; an IPv4 range is written like 10.0.0.0/16: write it so`]],
    ["fails when it begins inside a range", "10.0.7.0/16", ["cidr is 10.0.7.0/16; a range is named by its first address: use 10.0.0.0/16"]],
    ["fails when it is larger than AWS allows", "10.0.0.0/8", ["cidr is 10.0.0.0/8; AWS makes no VPC larger than /16: use 10.0.0.0/16"]],
    ["fails when it is too small for the subnets", "10.0.1.0/24", [`cidr is 10.0.1.0/24; ${tooSmall}: use 10.0.0.0/23 or larger`]],
    ["fails when it is public", "8.8.0.0/16", [`cidr is 8.8.0.0/16; ${privateOnly}`]],
    [
      "fails where Docker sits",
      "172.17.0.0/16",
      ["cidr is 172.17.0.0/16; Docker inside SageMaker and other AWS services uses 172.17.0.0/16: choose a range outside it"],
    ],
    [
      "tells all that is wrong at once",
      "1.2.3.0/28",
      [`cidr is 1.2.3.0/28; ${tooSmall}: use 1.2.2.0/23 or larger`, `cidr is 1.2.3.0/28; ${privateOnly}`],
    ],
  ])("%s", (_, text, faults) => {
    expect(vpcCidrFaults("cidr", text)).toEqual(faults);
  });
});
