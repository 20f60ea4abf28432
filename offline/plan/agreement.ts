/** Does the preview tell the truth? A resource that only one of the two modes registers is one that `pulumi preview` hides or invents. Pure. */
import type { RecordedResource, Recording } from "../engine";

export function disagreements(preview: Recording, apply: Recording): string[] {
  return [
    ...missingFrom(preview, apply).map(
      (resource) =>
        `${described(resource)} is created by pulumi up but not shown by pulumi preview: create it outside of apply(), or on a value that is known before`,
    ),
    ...missingFrom(apply, preview).map(
      (resource) =>
        `${described(resource)} is shown by pulumi preview but not created by pulumi up: do not ask isDryRun() whether to create it`,
    ),
  ];
}

/** What a provider would create is modelled only where its inputs are known, so its absence from a preview is no fault of the program. */
function missingFrom(recording: Recording, other: Recording): RecordedResource[] {
  const known = new Set(recording.resources.map(({ urn }) => urn));
  return other.resources.filter(({ urn, modelled }) => !modelled && !known.has(urn));
}

function described({ type, name, source }: RecordedResource): string {
  return `${type} "${name}"${source === undefined ? "" : ` (${source})`}`;
}
