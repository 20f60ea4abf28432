import { isForDocumentation, isOpenRange, reservedRange } from "../../../components/shared/open-ranges";

// The refusal of 0.0.0.0/0 is answered with two halves of it in the next commit.
test("a range wider than anybody's own counts as everybody", () => {
  expect(["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "96.0.0.0/7"].filter(isOpenRange)).toHaveLength(4);
  expect(["12.0.0.0/8", "203.0.113.0/24", "office", 7].filter(isOpenRange)).toEqual([]);
});

test("a range that nobody on the internet has is known", () => {
  expect(["10.0.0.0/8", "172.20.1.0/24", "192.168.0.1/32", "127.0.0.1/32", "230.0.0.0/8"].map(reservedRange)).toEqual([
    ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "224.0.0.0/4"],
  ]);
  expect(["203.0.113.0/24", "172.32.0.0/12", "52.95.0.0/16", "office"].map(reservedRange)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a range for documentation is known", () => {
  expect(["203.0.113.0/24", "192.0.2.7/32", "198.51.100.0/25"].filter(isForDocumentation)).toHaveLength(3);
  expect(["203.0.114.0/24", "10.0.0.0/8", "x"].filter(isForDocumentation)).toEqual([]);
});
