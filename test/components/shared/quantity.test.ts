import fc from "fast-check";
import { orderFaults, quantityFaults, readQuantity } from "../../../components/shared/quantity";

it.each([
  ["500m", 0.5],
  ["2", 2],
  ["1.5", 1.5],
  ["128Mi", 134_217_728],
  ["64Gi", 68_719_476_736],
  ["1Ti", 1_099_511_627_776],
  ["100M", 100_000_000],
  ["1k", 1_000],
])("reads %s", (text, amount) => expect(readQuantity(text)).toBe(amount));

it.each(["", "1 Gi", "64gi", "1.Gi", "-1", "1e3", "Gi", "1Zi"])("does not take %p for an amount", (text) => {
  expect(readQuantity(text)).toBeUndefined();
  expect(quantityFaults("quota.storage", text)).toEqual([
    `quota.storage is ${JSON.stringify(text)}; an amount is written like 500m, 2, 512Mi or 64Gi: write it so`,
  ]);
});

it("finds exactly those requests that exceed their limit, in whatever units", () => {
  const amount = fc.tuple(fc.integer({ min: 1, max: 4_096 }), fc.constantFrom("Mi", "Gi", "M", "G"));
  fc.assert(
    fc.property(amount, amount, ([n, unit], [m, otherUnit]) => {
      const [request, limit] = [`${n}${unit}`, `${m}${otherUnit}`];
      const isMore = (readQuantity(request) ?? 0) > (readQuantity(limit) ?? 0);
      expect(orderFaults("a", request, "b", limit)).toEqual(
        isMore ? [`a is ${request}; it must not exceed b, which is ${limit}: lower the one, or raise the other`] : [],
      );
    }),
  );
});
