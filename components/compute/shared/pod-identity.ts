/** Whom a role is for: the pods of one service account in one cluster. */
export interface PodIdentity {
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * Lets EKS hand the role to these pods and to no others (EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity").
 * Without the conditions whoever may create an association in the account could give the role to any pod of any cluster.
 */
export function podIdentityTrust({ clusterName, namespace, serviceAccount }: PodIdentity): string {
  const statement = {
    Sid: "PodsOfOneServiceAccount",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    // TagSession, because EKS names cluster, namespace and service account as tags of the session; the conditions read them.
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/eks-cluster-name": clusterName,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
    },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
