/** Universal Binary JSON (ubjson.org, draft 12), as XGBoost writes it: every length is a 64-bit number, arrays of numbers have one type. */

export type Ubjson = string | number | boolean | null | NumberArray | Ubjson[] | { [key: string]: Ubjson };
export type NumberArray = Int32Array | Float32Array | Float64Array;

/** The file is none, or ends in the middle. */
export class UbjsonError extends Error {
  override readonly name = "UbjsonError";
}

interface NumberType {
  readonly size: number;
  readonly read: (view: DataView, at: number) => number;
}

const NUMBERS: Readonly<Record<string, NumberType>> = {
  i: { size: 1, read: (view, at) => view.getInt8(at) },
  U: { size: 1, read: (view, at) => view.getUint8(at) },
  I: { size: 2, read: (view, at) => view.getInt16(at) },
  l: { size: 4, read: (view, at) => view.getInt32(at) },
  L: { size: 8, read: (view, at) => Number(view.getBigInt64(at)) },
  d: { size: 4, read: (view, at) => view.getFloat32(at) },
  D: { size: 8, read: (view, at) => view.getFloat64(at) },
};

/** Deeper than XGBoost's own files go; a hostile one must not exhaust the stack. */
const DEEPEST = 64;

export function readUbjson(bytes: Uint8Array): Ubjson {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  let at = 0;

  function mark(): string {
    if (at >= bytes.length) throw new UbjsonError(`it ends after ${bytes.length} bytes, in the middle of a value`);
    return String.fromCharCode(bytes[at++] ?? 0);
  }

  function number(type: string): number {
    const known = NUMBERS[type];
    if (known === undefined) throw new UbjsonError(`byte ${at - 1} is no type of number`);
    at += known.size;
    if (at > bytes.length) throw new UbjsonError(`it ends after ${bytes.length} bytes, in the middle of a number`);
    return known.read(view, at - known.size);
  }

  function length(): number {
    const count = number(mark());
    // No value takes less than a byte, but for typed arrays of nulls, which nobody writes.
    if (count < 0 || count > bytes.length) throw new UbjsonError(`the length before byte ${at} is ${count}`);
    return count;
  }

  function text(): string {
    const count = length();
    at += count;
    if (at > bytes.length) throw new UbjsonError(`it ends after ${bytes.length} bytes, in the middle of a text`);
    return decoder.decode(bytes.subarray(at - count, at));
  }

  /** `$` and a type, `#` and a count, both optional. */
  function header(): { type?: string; count?: number } {
    let type: string | undefined;
    if (bytes[at] === 0x24) {
      at++;
      type = mark();
    }
    if (bytes[at] !== 0x23) return {};
    at++;
    const count = length();
    return type === undefined ? { count } : { type, count };
  }

  function typedArray(type: string, { size, read }: NumberType, count: number): NumberArray {
    if (at + count * size > bytes.length) throw new UbjsonError(`it ends after ${bytes.length} bytes, in the middle of a list`);
    const numbers = arrayFor(type, count);
    // Not Float32Array.from: with a function it is ten times slower, and this is where the time goes.
    for (let index = 0; index < count; index++) numbers[index] = read(view, at + index * size);
    at += count * size;
    return numbers;
  }

  function array(depth: number): Ubjson {
    const { type, count } = header();
    const known = type === undefined ? undefined : NUMBERS[type];
    if (type !== undefined && known !== undefined && count !== undefined) return typedArray(type, known, count);
    const items: Ubjson[] = [];
    while (count === undefined ? bytes[at] !== 0x5d : items.length < count) items.push(value(type ?? mark(), depth));
    if (count === undefined) at++;
    return items;
  }

  function object(depth: number): Ubjson {
    const { type, count } = header();
    const entries: [string, Ubjson][] = [];
    while (count === undefined ? bytes[at] !== 0x7d : entries.length < count) {
      const key = text();
      entries.push([key, value(type ?? mark(), depth)]);
    }
    if (count === undefined) at++;
    return Object.fromEntries(entries);
  }

  function value(type: string, depth: number): Ubjson {
    if (depth > DEEPEST) throw new UbjsonError(`it nests deeper than ${DEEPEST} at byte ${at}`);
    switch (type) {
      case "{":
        return object(depth + 1);
      case "[":
        return array(depth + 1);
      case "S":
        return text();
      case "C":
        return mark();
      case "T":
        return true;
      case "F":
        return false;
      case "Z":
        return null;
      case "N":
        return value(mark(), depth);
      default:
        return number(type);
    }
  }

  return value(mark(), 0);
}

function arrayFor(type: string, count: number): NumberArray {
  if (type === "d") return new Float32Array(count);
  return "iUIl".includes(type) ? new Int32Array(count) : new Float64Array(count);
}
