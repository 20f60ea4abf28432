import type * as pulumi from "@pulumi/pulumi";

/** A model server with two slots, of which a router sends requests to the one that holds the right release: what it needs to know of it. */
export interface ModelServerReference {
  /** Namespace of its Services and pods. */
  namespace: pulumi.Input<string>;
  /** Service of slot a. */
  slotAServiceName: pulumi.Input<string>;
  /** Service of slot b. */
  slotBServiceName: pulumi.Input<string>;
  /** Port for HTTP: of both Services, and the same of their pods. @default 8000 */
  httpPort?: number;
}
