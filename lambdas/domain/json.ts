/** What a text says as JSON. Who sent it may have meant none: that is then `otherwise`, and for a schema to refuse. */
export function jsonIn(text: string, otherwise?: unknown): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return otherwise;
  }
}
