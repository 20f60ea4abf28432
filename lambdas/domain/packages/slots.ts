/**
 * What of a model server's slots is the loop's to write, and how: everything else belongs to Pulumi, and replica counts to KEDA.
 *
 * Two fields of two objects. Nobody else may send them, or the next `pulumi up` would put an old release back or put the slot that serves to sleep.
 */

/** A slot holds one release; there are two, so that the next one can be loaded while this one serves. */
export const SLOTS = ["a", "b"] as const;
export type Slot = (typeof SLOTS)[number];

/** Name of a slot's Deployment, Service and ScaledObject alike. */
export function slotName(server: string, slot: Slot): string {
  return `${server}-${slot}`;
}

/** The container's name is a key: the list is merged by it. */
export const SERVER_CONTAINER = "triton";

/**
 * Read by the container's arguments as `$(RELEASE_PREFIX)`. The list of variables is merged by name, so this one entry belongs to the loop although
 * Pulumi owns others of the list. Pulumi sends no such entry, not even one to be ignored: its Kubernetes provider (4.34) does not understand paths
 * into lists in `ignoreChanges`, and would end every later update in a conflict.
 */
export const RELEASE_VARIABLE = "RELEASE_PREFIX";

/** KEDA 2.20: holds the number of pods at its value, and scales nothing while it is there. */
export const PAUSE_ANNOTATION = "autoscaling.keda.sh/paused-replicas";

/** Under which the loop applies. */
export const FIELD_MANAGER = "modelloop-loop";

/** The release of a slot, for a server-side apply: this object names one field, and so owns one. */
export function releaseApply(server: string, slot: Slot, namespace: string, prefix: string) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: slotName(server, slot), namespace },
    spec: { template: { spec: { containers: [{ name: SERVER_CONTAINER, env: [{ name: RELEASE_VARIABLE, value: prefix }] }] } } },
  };
}

/**
 * Sleep, or the end of it, as a JSON merge patch of the slot's ScaledObject. No apply: that removes a field only where nobody else has it, and the
 * first sleep is Pulumi's. The version that was read makes a slow writer fail.
 */
export function sleepPatch(asleep: boolean, resourceVersion: string) {
  return { metadata: { resourceVersion, annotations: { [PAUSE_ANNOTATION]: asleep ? "0" : null } } };
}
