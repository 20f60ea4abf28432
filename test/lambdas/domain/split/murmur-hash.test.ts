import { murmurHash2 } from "../../../../lambdas/domain/split/murmur-hash";

// With another hash the answer to "which model did she see?" would be a guess. Values: Appleby's reference program, compiled with gcc 12.
it.each([
  ["", "0"],
  ["a", "92685f5e"],
  ["ab", "1aa14063"],
  ["abc", "13577c9b"],
  ["abcd", "26873021"],
  ["42|exp1", "c61535ad"],
  ["user-1234567890|r42", "7ff7a347"],
  ["é", "3439c65d"],
])("S3 hashes %j as MurmurHash2 with seed 0 does", (text, hash) => {
  expect(murmurHash2(text).toString(16)).toBe(hash);
});
