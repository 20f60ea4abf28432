/**
 * What a node is told when it starts, as the provider writes it for managed node groups (nodejs/eks/nodes/userdata.ts).
 * The documents say the same; the provider's YAML writer quotes and folds some lines differently. Pure.
 */
import { stringify } from "yaml";
import type { Json, Properties } from "../recording";
import { list, member, record, text } from "./eks-values";

export interface UserData {
  system?: Json;
  clusterName?: Json;
  endpoint?: Json;
  certificate?: Json;
  /** CIDR of the cluster's services. */
  serviceRange?: Json;
  labels?: Json;
  taints?: Json;
  kubeletExtraArgs?: Json;
  bootstrapExtraArgs?: Json;
  nodeadmExtraOptions?: Json;
}

/** Systems whose user data the model writes. Bottlerocket's is TOML merged from two sources. */
export const SYSTEMS_WITH_USER_DATA: readonly string[] = ["AL2", "AL2023"];

export const TAINT_EFFECTS: Readonly<Record<string, string>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

interface Part {
  contentType: string;
  content: string;
}

export function renderUserData(facts: UserData): string {
  return facts.system === "AL2" ? bootstrapScript(facts) : nodeadmDocument(facts);
}

function bootstrapScript({ clusterName, endpoint, certificate, bootstrapExtraArgs, ...kubelet }: UserData): string {
  const flags = kubeletFlags(kubelet);
  // One flag stands bare and several in quotes: to quote the one would change the user data of every existing group, and replace its nodes.
  const quoted = flags.length > 1 ? `'${flags.join(" ")}'` : flags[0];
  const command = [
    `/etc/eks/bootstrap.sh --apiserver-endpoint "${text(endpoint)}" --b64-cluster-ca "${text(certificate)}" "${text(clusterName)}"`,
    ...(bootstrapExtraArgs ? [text(bootstrapExtraArgs)] : []),
    ...(quoted === undefined ? [] : [`--kubelet-extra-args ${quoted}`]),
  ];
  const script = { contentType: 'text/x-shellscript; charset="us-ascii"', content: `#!/bin/bash\n\n${command.join(" ")}` };
  return multipart("==MYBOUNDARY==", [script]).trimEnd();
}

/** NodeConfig sections are merged in order, so that what the program adds wins over what the provider says. */
function nodeadmDocument({ clusterName, endpoint, certificate, serviceRange, nodeadmExtraOptions, ...kubelet }: UserData): string {
  const cluster = { name: clusterName, apiServerEndpoint: endpoint, certificateAuthority: certificate, cidr: serviceRange };
  const flags = kubeletFlags(kubelet);
  const own = list(nodeadmExtraOptions).map((part) => ({
    contentType: text(member(part, "contentType")),
    content: text(member(part, "content")),
  }));
  const sections = [
    nodeConfig({ cluster: record(cluster as Properties) }),
    ...(flags.length > 0 ? [nodeConfig({ kubelet: { flags } })] : []),
  ];
  return multipart("BOUNDARY", [...sections, ...own]);
}

function nodeConfig(spec: Properties): Part {
  const document = stringify({ apiVersion: "node.eks.aws/v1alpha1", kind: "NodeConfig", spec }, { lineWidth: 0 });
  return { contentType: "application/node.eks.aws", content: `---\n${document}` };
}

function multipart(boundary: string, parts: readonly Part[]): string {
  const header = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${boundary}"\n\n`;
  const body = parts.map(({ contentType, content }) => `--${boundary}\nContent-Type: ${contentType}\n\n${content}\n`);
  return `${header}${body.join("")}--${boundary}--\n`;
}

/** A node must carry its labels and taints from its first heartbeat; EKS adds them later only where it writes the user data itself. */
function kubeletFlags({ kubeletExtraArgs, labels, taints }: UserData): string[] {
  const own = kubeletExtraArgs ? text(kubeletExtraArgs).split(" ") : [];
  const nodeLabels = Object.entries(record(labels)).map(([key, value]) => `${key}=${text(value)}`);
  const nodeTaints = list(taints).map((taint) => {
    const { key, value, effect } = record(taint);
    return `${text(key)}${value ? `=${text(value)}` : ""}:${TAINT_EFFECTS[text(effect)] ?? ""}`;
  });
  return [
    ...own,
    ...(nodeLabels.length > 0 ? [`--node-labels=${nodeLabels.join(",")}`] : []),
    ...(nodeTaints.length > 0 ? [`--register-with-taints=${nodeTaints.join(",")}`] : []),
  ];
}
