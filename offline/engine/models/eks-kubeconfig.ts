/**
 * Kubeconfigs as the provider writes them (nodejs/eks/cluster/cluster.ts, `generateKubeconfig`): a token from the AWS CLI, no key inside.
 * The provider also looks at AWS_PROFILE and `aws:profile`; here only arguments count, because a plan must not depend on who makes it.
 */
import { type Json, type Properties, type RecordedResource, UNKNOWN } from "../recording";
import { derive, isRecord, member, output, type Tree, type Value } from "./eks-values";
import type { CallModel, ModelContext } from "./model";

const EXEC_API = "client.authentication.k8s.io/v1beta1";

interface Credentials {
  roleArn?: Tree;
  profileName?: Tree;
}

export function kubeconfigOf(cluster: RecordedResource, region: string, { roleArn, profileName }: Credentials): Value {
  const parts = {
    ...{ name: output(cluster, "name"), server: output(cluster, "endpoint"), roleArn, profileName },
    certificate: output(cluster, "certificateAuthority", "data"),
  };
  return derive(parts, ({ name, server, certificate, ...scope }) => {
    const role = scope.roleArn ? ["--role", scope.roleArn] : [];
    const profile = scope.profileName ? ["--profile", scope.profileName] : [];
    const exec: Properties = {
      apiVersion: EXEC_API,
      command: "aws",
      args: ["--region", region, "eks", "get-token", "--cluster-name", name ?? null, "--output", "json", ...role, ...profile],
      env: [{ name: "KUBERNETES_EXEC_INFO", value: JSON.stringify({ apiVersion: EXEC_API }) }],
    };
    return {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "kubernetes", cluster: { server: server ?? null, "certificate-authority-data": certificate ?? null } }],
      contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
      "current-context": "aws",
      users: [{ name: "aws", user: { exec } }],
    };
  });
}

/** `cluster.getKubeconfig(...)`: a call answers with the unknown where an output would simply be missing. */
export const getKubeconfig: CallModel = (args, context) => {
  if (context.mode === "preview") return { result: UNKNOWN };
  const cluster = referred(member(referred(args["__self__"], context)?.outputs["core"], "cluster"), context);
  if (cluster === undefined) throw new Error("getKubeconfig was called on a cluster that cannot be looked up");
  const { json } = kubeconfigOf(cluster, context.region, { roleArn: args["roleArn"], profileName: args["profileName"] });
  return { result: JSON.stringify(json) };
};

function referred(reference: Json | undefined, { find }: Pick<ModelContext, "find">): RecordedResource | undefined {
  return isRecord(reference) && typeof reference["$ref"] === "string" ? find(reference["$ref"]) : undefined;
}
