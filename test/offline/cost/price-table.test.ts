import { PRICES, priceOf } from "../../../offline/cost/price-table";

// A price without its source is a guess by the time that somebody asks.
it("I10 every price says what it is for, where it was read and when; a missing one says why", () => {
  for (const row of PRICES) {
    const { service, sku, region, unit, dateRead, price, why, source, confidence } = row;
    const told =
      [service, sku, unit].every((text) => text !== "") && /^[a-z]{2}-[a-z]+-\d$/.test(region) && /^\d{4}-\d\d-\d\d$/.test(dateRead);
    expect([sku, told]).toEqual([sku, true]);
    if (price === null) expect([sku, (why ?? "") !== ""]).toEqual([sku, true]);
    else
      expect([sku, price >= 0, (source ?? "").length > 10, /^(high|medium|low)$/.test(confidence ?? "")]).toEqual([sku, true, true, true]);
  }
  expect(PRICES.length).toBeGreaterThan(200);
});

it("I10 no price is there twice", () => {
  const keys = PRICES.map(({ service, sku, region }) => `${service} ${sku} ${region}`);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

it("I10 a Region's own name for a usage type is found by that of us-east-1, and no other Region's price is taken for it", () => {
  expect(priceOf({ service: "VPC", sku: "NatGateway-Hours" }, "us-east-1")?.price).toBe(0.045);
  expect(priceOf({ service: "VPC", sku: "NatGateway-Hours" }, "eu-central-1")?.sku).toBe("EUC1-NatGateway-Hours");
  expect(priceOf({ service: "EC2", sku: "BoxUsage:g4dn.xlarge" }, "eu-central-1")?.price).not.toBe(0.526);
  expect(priceOf({ service: "VPC", sku: "NatGateway-Hours" }, "ap-south-1")).toBeUndefined();
});
