import fc from "fast-check";
import protobuf from "protobufjs";
import {
  bytesField,
  integerField,
  joined,
  packedFloats,
  packedIntegers,
  textField,
  WireError,
  WireReader,
} from "../../../../lambdas/domain/packages/wire";

const schema = protobuf.parse(
  `syntax = "proto3"; message Probe { int64 count = 1; string name = 3; bytes body = 15; repeated float shares = 16; repeated int64 steps = 17; }`,
);
const Probe = schema.root.lookupType("Probe");

// What another implementation cannot read, Triton cannot either; and what it writes is what we are given.
it("reads and writes what another implementation of the format does", () => {
  const probe = fc.record({
    count: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    name: fc.string({ unit: "binary", minLength: 1 }),
    body: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    shares: fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 40 }),
    steps: fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 40 }),
  });
  fc.assert(
    fc.property(probe, ({ count, name, body, shares, steps }) => {
      const ours = joined([
        integerField(1, count),
        textField(3, name),
        bytesField(15, body),
        packedFloats(16, shares),
        packedIntegers(17, steps),
      ]);
      const decoded = Probe.toObject(Probe.decode(ours), { longs: Number, bytes: Array, arrays: true }) as Record<string, unknown>;
      expect(decoded).toEqual({ count, name, body: Array.from(body), shares: shares.map(Math.fround), steps });
      expect(readAll(Probe.encode({ count, name, body, shares, steps }).finish())).toEqual({ count, name, body, shares, steps });
    }),
  );
});

function readAll(bytes: Uint8Array) {
  const found = { count: 0, name: "", body: new Uint8Array(), shares: [] as number[], steps: [] as number[] };
  for (const reader = new WireReader(bytes); reader.next();) {
    if (reader.field === 1) found.count = reader.integer();
    if (reader.field === 3) found.name = reader.text();
    if (reader.field === 15) found.body = Uint8Array.from(reader.content());
    if (reader.field === 16) reader.floats(found.shares);
    if (reader.field === 17) reader.integers(found.steps);
  }
  return found;
}

// A file that was cut off in an upload must be refused, not read to wherever it ends, and never read for ever.
it("fails in a sentence on whatever is no message", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        readAll(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
  );
});

it("hands fields on byte by byte", () => {
  const whole = joined([integerField(1, 300), textField(3, "kept")]);
  const parts: Uint8Array[] = [];
  for (const reader = new WireReader(whole); reader.next();) parts.push(reader.whole());
  expect(joined(parts)).toEqual(whole);
});
