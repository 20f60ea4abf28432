/** References to container images: `registry/name:tag` or `registry/name@sha256:...` (distribution, "reference" grammar). */

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const CURE = "name a version, or better a digest (name@sha256:...)";

/** Whether the reference means the same image tomorrow. A tag can still be moved where the registry allows it; a digest cannot. */
export function imageFaults(property: string, image: string): string[] {
  const shown = JSON.stringify(image);
  if (image === "" || /\s/.test(image)) {
    return [`${property} is ${shown}; it names no image: write registry/name:version, or better registry/name@sha256:...`];
  }
  const at = image.indexOf("@");
  if (at >= 0) {
    if (DIGEST.test(image.slice(at + 1))) return [];
    return [`${property} is ${shown}; a digest is sha256: and 64 hexadecimal digits in lower case: copy it whole`];
  }
  // A colon before the last slash belongs to the registry's port.
  const tag = image.slice(image.lastIndexOf("/") + 1).split(":")[1];
  if (tag === undefined || tag === "") return [`${property} is ${shown}, without a tag; that means another image tomorrow: ${CURE}`];
  return tag === "latest" ? [`${property} is ${shown}; latest is another image tomorrow: ${CURE}`] : [];
}
