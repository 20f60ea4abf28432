import { podIdentityTrust } from "../../../../components/compute/shared/pod-identity";

// Whoever may create an association in the account could otherwise hand the role to a pod of any cluster.
it("gives a role to the pods of one service account in one cluster, and to no others", () => {
  expect(JSON.parse(podIdentityTrust({ clusterName: "ml", namespace: "keda", serviceAccount: "keda-operator" }))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        ...{ Sid: "PodsOfOneServiceAccount", Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" } },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:RequestTag/eks-cluster-name": "ml",
            "aws:RequestTag/kubernetes-namespace": "keda",
            "aws:RequestTag/kubernetes-service-account": "keda-operator",
          },
        },
      },
    ],
  });
});
