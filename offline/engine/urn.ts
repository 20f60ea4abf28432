/** URNs exactly as Pulumi's engine makes them (sdk/go/common/resource/urn: `New`, `QualifiedType`). Pure. */
const ROOT_STACK = "pulumi:pulumi:Stack";

export interface Urn {
  stack: string;
  project: string;
  /** Types of all ancestors and the resource, joined by `$`; the stack itself is left out. */
  qualifiedType: string;
  type: string;
  name: string;
}

/** @param parent URN of the parent; the empty string for none. */
export function makeUrn(stack: string, project: string, parent: string, type: string, name: string): string {
  const parentType = parent === "" ? "" : parseUrn(parent).qualifiedType;
  const qualified = parentType === "" || parentType === ROOT_STACK ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

export function parseUrn(urn: string): Urn {
  // A name may itself contain "::", so only the first four separators count.
  const [, stack, project, qualifiedType, name] = /^urn:pulumi:(.*?)::(.*?)::(.*?)::([\s\S]*)$/.exec(urn) ?? [];
  if (stack === undefined || project === undefined || qualifiedType === undefined || name === undefined) {
    throw new Error(`"${urn}" is not a URN`);
  }
  return { stack, project, qualifiedType, type: qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1), name };
}
