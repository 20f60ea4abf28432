/**
 * Makes it at the first call and keeps it. Handlers make what they need so: loading them asks nothing of the environment or the network, the
 * environment is read in the first line of the first invocation, and connections are used again by the next.
 */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
