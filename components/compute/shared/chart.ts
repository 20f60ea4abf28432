/** A Helm chart at one version: nothing is installed that a recorded list of its values was not read for. */
export interface Chart {
  /** Name of the release, and so of what is in it. */
  readonly release: string;
  readonly chart: string;
  readonly version: string;
  readonly repository: string;
  readonly namespace: string;
  /** How long until its pods must be ready. */
  readonly timeoutSeconds: number;
}

/** EKS has it; everything that watches over nodes and pods stands there. */
export const KUBE_SYSTEM = "kube-system";
