/**
 * Protocol Buffers' wire format (protobuf.dev, "Encoding"), as far as model files need it.
 *
 * Written out, because a library decodes all of a file: the million split values of a 100 MB model would become a million objects, to change a
 * dozen fields around them. This reader makes none, and hands on what it does not look into byte by byte.
 */

export enum WireType {
  Varint = 0,
  Fixed64 = 1,
  Bytes = 2,
  Fixed32 = 5,
}

const SIZE_OF_FIXED = { [WireType.Fixed64]: 8, [WireType.Fixed32]: 4 };

/** The file ends in the middle, or is no message at all. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Goes through the fields of one message. What it says of the current field holds until the next `next()`. */
export class WireReader {
  /** Number of the current field. */
  field = 0;
  wireType = WireType.Varint;
  /** Where the current field's value begins and ends. */
  from = 0;
  to = 0;
  private begin = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  next(): boolean {
    if (this.to >= this.bytes.length) return false;
    this.begin = this.to;
    const tag = this.varintAt(this.begin);
    this.field = Math.floor(tag / 8);
    this.wireType = tag % 8;
    this.from = this.to;
    if (this.wireType === WireType.Varint) {
      this.varintAt(this.from);
    } else if (this.wireType === WireType.Bytes) {
      const length = this.varintAt(this.from);
      this.from = this.to;
      this.to += length;
    } else if (this.wireType === WireType.Fixed32 || this.wireType === WireType.Fixed64) {
      this.to += SIZE_OF_FIXED[this.wireType];
    } else {
      throw new WireError(`byte ${this.begin} begins no field`);
    }
    if (this.to > this.bytes.length) throw new WireError(`the field at byte ${this.begin} ends after the file`);
    return true;
  }

  /** The current field with its tag, to be handed on as it is. */
  whole(): Uint8Array {
    return this.bytes.subarray(this.begin, this.to);
  }

  content(): Uint8Array {
    return this.bytes.subarray(this.from, this.to);
  }

  text(): string {
    return new TextDecoder().decode(this.content());
  }

  /** @throws WireError for what a double cannot hold: no count in a model file is that large. */
  integer(): number {
    const { to } = this;
    const value = this.varintAt(this.from);
    this.to = to;
    return value;
  }

  /** One number, or as many as are packed. */
  integers(into: number[]): void {
    const { from, to } = this;
    if (this.wireType === WireType.Varint) into.push(this.integer());
    for (let at = from; this.wireType === WireType.Bytes && at < to; at = this.to) into.push(this.varintAt(at));
    this.to = to;
  }

  floats(into: number[]): void {
    for (let at = this.from; at + 4 <= this.to; at += 4) into.push(this.view.getFloat32(at, true));
  }

  /** Leaves `to` behind the number. */
  private varintAt(start: number): number {
    let value = 0;
    let factor = 1;
    for (let at = start; at < this.bytes.length && at < start + 10; at++) {
      const byte = this.bytes[at] ?? 0;
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 128) {
        this.to = at + 1;
        // Negative numbers have all 64 bits; none of what is read here may be negative.
        if (!Number.isSafeInteger(value)) throw new WireError(`the number at byte ${start} is negative or too large`);
        return value;
      }
    }
    throw new WireError(`the number at byte ${start} has no end`);
  }
}

function varint(value: number, into: number[] = []): number[] {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) into.push((rest % 128) + 128);
  into.push(rest);
  return into;
}

export function integerField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + WireType.Varint), ...varint(value)]);
}

export function bytesField(field: number, content: Uint8Array): Uint8Array {
  return joined([Uint8Array.from([...varint(field * 8 + WireType.Bytes), ...varint(content.length)]), content]);
}

export function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text));
}

/** Of whole numbers that are not negative. */
export function packedIntegers(field: number, values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (const value of values) varint(value, bytes);
  return bytesField(field, Uint8Array.from(bytes));
}

export function packedFloats(field: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setFloat32(4 * index, value, true));
  return bytesField(field, bytes);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
