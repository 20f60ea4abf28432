/** Runs components against the offline engine and answers questions about what they would create. */
import { type Properties, record, type RecordedResource, type Recording, type RecordOptions } from "../../../offline/engine";
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
    return JSON.parse(text(this.inputs(name)[property]));
  }

  /** An output that is text: an ARN, an id. */
  output(name: string, property: string): string {
    return text(this.resource(name).outputs[property]);
  }

  /** Names of what the resource waits for. */
  waitsFor(name: string): string[] {
    return this.resource(name)
      .dependencies.map((urn) => urn.slice(urn.lastIndexOf("::") + 2))
      .sort();
  }
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`not text: ${JSON.stringify(value)}`);
  return value;
}

export async function planOf(program: () => unknown, options: Pick<Partial<RecordOptions>, "mode" | "answers"> = {}): Promise<Plan> {
  return new Plan(await record({ project: "test", stack: "dev", mode: "apply", program, ...options }));
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
