import fc from "fast-check";
import { readUbjson, UbjsonError } from "../../../../lambdas/domain/packages/ubjson";

const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
const length = (count: number) => [...ascii("L"), 0, 0, 0, 0, 0, 0, 0, count];

it("reads values of every type", () => {
  const file = [
    ...ascii("{"),
    ...[...length(1), ...ascii("a"), ...ascii("S"), ...length(2), ...ascii("hi")],
    ...[...length(1), ...ascii("b"), ...ascii("[$d#"), ...length(2), 0x3f, 0, 0, 0, 0xc0, 0, 0, 0],
    ...[...length(1), ...ascii("c"), ...ascii("[#"), ...length(2), ...ascii("T"), ...ascii("i"), 0xff],
    ...[...length(1), ...ascii("d"), ...ascii("["), ...ascii("Z"), ...ascii("F"), ...ascii("]")],
    ...[...length(1), ...ascii("e"), ...ascii("[$U#"), ...length(2), 1, 255],
    ...[...length(1), ...ascii("f"), ...ascii("D"), 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18],
    ...ascii("}"),
  ];
  expect(readUbjson(Uint8Array.from(file))).toEqual({
    a: "hi",
    b: Float32Array.from([0.5, -2]),
    c: [true, -1],
    d: [null, false],
    e: Int32Array.from([1, 255]),
    f: Math.PI,
  });
});

// A model is a stranger's file: it may be cut off, or made to exhaust the memory or the stack.
it("fails in a sentence, and soon, on whatever is no such file", () => {
  expect(() => readUbjson(Uint8Array.from(ascii("[".repeat(200))))).toThrow(new UbjsonError("it nests deeper than 64 at byte 66"));
  expect(() => readUbjson(Uint8Array.from([...ascii("[$d#L"), 0, 0, 0, 127, 0, 0, 0, 0]))).toThrow(
    new UbjsonError("the length before byte 13 is 545460846592"),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        readUbjson(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(UbjsonError);
      }
    }),
  );
});
