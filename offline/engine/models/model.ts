/** What stands in for a provider: answers to look-ups, outputs, and the children of components that a provider builds. Types only. */
import type { Json, Mode, Properties, RecordedOptions, RecordedResource } from "../recording";

/** The account that every invented value belongs to; AWS's own documentation uses this number. */
export const STAND_IN_ACCOUNT = "123456789012";

export interface ModelContext {
  readonly mode: Mode;
  /** `aws:region` of the stack, or us-east-1 where the program names none. */
  readonly region: string;
  readonly accountId: string;
  /**
   * Registers a resource that a provider would register. In apply mode it gets an id and stand-in outputs, over which `outputs` win.
   * In preview mode it has neither, as in a real preview.
   */
  addChild(child: ModelledChild): RecordedResource;
  /** What is recorded under a URN: a cluster that a node group refers to. */
  find(urn: string): RecordedResource | undefined;
  /** The wire form of a reference to a resource, for use inside outputs. */
  reference(resource: RecordedResource): Json;
}

export interface ModelledChild {
  readonly type: string;
  readonly name: string;
  /** URN. */
  readonly parent: string;
  /** @default custom */
  readonly kind?: "custom" | "component";
  readonly inputs: Properties;
  readonly outputs?: Properties;
  /** URNs. */
  readonly dependencies?: string[];
  readonly options?: Partial<RecordedOptions>;
}

/** Registers the children of a component that a provider builds, and gives back its outputs; in preview only those that a real preview knows. */
export type RemoteModel = (component: RecordedResource, context: ModelContext) => Properties;

/** Answers `X.getY(...)`, and methods of remote components (`cluster.getKubeconfig()`). */
export type CallModel = (args: Properties, context: Pick<ModelContext, "mode" | "region" | "accountId" | "find">) => Properties;

/** Outputs of one resource type that neither its inputs nor its declared output types can give. Apply mode only. */
export type OutputModel = (
  resource: Pick<RecordedResource, "name" | "inputs">,
  context: Pick<ModelContext, "region" | "accountId">,
) => Properties;
