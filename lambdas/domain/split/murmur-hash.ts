/**
 * MurmurHash2 with seed 0 over the bytes of a text, as NGINX has it (src/core/ngx_murmurhash.c). Not a choice: whoever answers where a user goes
 * without asking the router must hash as the router does.
 */
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;

export function murmurHash2(text: string): number {
  const data = new TextEncoder().encode(text);
  const byte = (index: number): number => data[index] ?? 0;
  let hash = data.length;
  let at = 0;
  for (; data.length - at >= 4; at += 4) {
    let word = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> SHIFT;
    word = Math.imul(word, MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (at < data.length) {
    for (let index = data.length - 1; index >= at; index--) hash ^= byte(index) << (8 * (index - at));
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  hash ^= hash >>> 15;
  return hash >>> 0;
}
