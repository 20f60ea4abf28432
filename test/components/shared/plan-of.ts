/** Runs components against the offline engine and answers questions about what they would create. */
import { type Mode, type Properties, record, type RecordedResource, type Recording } from "../../../offline/engine";
import { InvalidArgumentsError } from "../../../components/shared/errors";

export class Plan {
  constructor(readonly recording: Recording) {}

  /** What the components registered, themselves included: no stack, no default providers. */
  get resources(): RecordedResource[] {
    return this.recording.resources.filter(({ type }) => !type.startsWith("pulumi:"));
  }

  /** `type name` of everything, sorted: registration order is not creation order. */
  get list(): string[] {
    return this.resources.map(({ type, name }) => `${type} ${name}`).sort();
  }

  resource(name: string): RecordedResource {
    const found = this.resources.filter((resource) => resource.name === name);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources are named ${name}`);
    return found[0];
  }

  inputs(name: string): Properties {
    return this.resource(name).inputs;
  }

  has(name: string): boolean {
    return this.resources.some((resource) => resource.name === name);
  }

  /** A policy or another document that stands in the inputs as text. */
  document(name: string, property: string): unknown {
    return JSON.parse(String(this.inputs(name)[property]));
  }

  /** Names of what the resource waits for. */
  waitsFor(name: string): string[] {
    return this.resource(name)
      .dependencies.map((urn) => urn.slice(urn.lastIndexOf("::") + 2))
      .sort();
  }
}

export async function planOf(program: () => unknown, mode: Mode = "apply"): Promise<Plan> {
  return new Plan(await record({ project: "test", stack: "dev", mode, program }));
}

/** The whole text of a refusal. Runs without an engine: whoever registers anything before refusing fails here. */
export function refusalOf(program: () => unknown): string {
  try {
    program();
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}
