/** Who may call the server and what it may call, whom AWS takes it for, and what the loop may change of it. */
import { SLOTS, slotName } from "../../../lambdas/domain/packages/slots";
import { type PolicyStatement } from "../../shared/policy-document";
import { blocks, DNS, podsOf, RESOLVERS, tcp } from "../../shared/peers";
import { PORTS } from "./flags";
import { metadataOf, serverLabels } from "./slots";
import { type TritonServerFacts } from "./triton-server";

const RBAC = "rbac.authorization.k8s.io";

/**
 * Policies of the namespace add to it.
 * @param awsCidrs S3's and STS's: from the one come the models, from the other the right to them
 * @param readerCidrs of the loop's functions, which try a release on each of its pods
 */
export function networkPolicy<Text>(server: TritonServerFacts<Text>, awsCidrs: readonly Text[], readerCidrs: readonly Text[] = []) {
  const { callers, namespace, watcherNamespace, allowGrpc } = server;
  const from = callers.map(({ podLabels, namespace: theirs = namespace }) => podsOf(theirs, podLabels));
  return {
    apiVersion: "networking.k8s.io/v1" as const,
    kind: "NetworkPolicy" as const,
    metadata: metadataOf(server, server.name),
    spec: {
      podSelector: { matchLabels: serverLabels(server) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from, ports: tcp([PORTS.http, ...(allowGrpc ? [PORTS.grpc] : [])]) },
        // To Kubernetes a rule without peers is open to everybody.
        ...(readerCidrs.length === 0 ? [] : [{ from: blocks(readerCidrs), ports: tcp([PORTS.http]) }]),
        ...(watcherNamespace === undefined ? [] : [{ from: [podsOf(watcherNamespace)], ports: tcp([PORTS.metrics]) }]),
      ],
      egress: [
        { to: RESOLVERS, ports: DNS },
        // To Kubernetes an empty list is everybody.
        ...(awsCidrs.length === 0 ? [] : [{ to: blocks(awsCidrs), ports: tcp([443]) }]),
      ],
    },
  };
}

export interface ServiceAccountIdentity {
  readonly oidcProviderArn: string;
  /** Without `https://`. */
  readonly oidcIssuer: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * The older way to give pods a role, because Triton's S3 client (AWS SDK for C++ 1.11.60) is older than EKS Pod Identity (1.11.263). Without the
 * subject any pod of the cluster could take the role, and without the audience any token that the issuer signs.
 */
export function serviceAccountTrust({ oidcProviderArn, oidcIssuer, namespace, serviceAccount }: ServiceAccountIdentity): string {
  const statement = {
    Sid: "PodsOfOneServiceAccount",
    Effect: "Allow",
    Principal: { Federated: oidcProviderArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${oidcIssuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
        [`${oidcIssuer}:aud`]: "sts.amazonaws.com",
      },
    },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** Triton asks whether the bucket is there (HeadBucket) before it lists a release. */
export function releaseStatements(bucket: string, prefix: string, partition: string, kmsKeyArn?: string): PolicyStatement[] {
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  return [
    { Sid: "ListReleases", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
    { Sid: "ReadReleases", Effect: "Allow", Action: "s3:GetObject", Resource: `${bucketArn}/${prefix}*` },
    ...(kmsKeyArn === undefined ? [] : [{ Sid: "DecryptReleases", Effect: "Allow" as const, Action: "kms:Decrypt", Resource: kmsKeyArn }]),
  ];
}

/**
 * The objects that the loop may change, and its look whether a slot got ready. Which of their fields: `writersPolicy`. It can create and delete
 * nothing.
 */
export function writersRole<Text>(server: TritonServerFacts<Text>) {
  const resourceNames = SLOTS.map((slot) => slotName(server.name, slot));
  return {
    apiVersion: `${RBAC}/v1` as const,
    kind: "Role" as const,
    metadata: metadataOf(server, writersName(server)),
    rules: [
      { apiGroups: ["apps"], resources: ["deployments"], resourceNames, verbs: ["get", "patch"] },
      { apiGroups: ["keda.sh"], resources: ["scaledobjects"], resourceNames, verbs: ["get", "patch"] },
      // A list cannot be narrowed to names. It shows pods of the namespace, and no secrets.
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
    ],
  };
}

export function writersBinding<Text>(server: TritonServerFacts<Text>) {
  const name = writersName(server);
  return {
    apiVersion: `${RBAC}/v1` as const,
    kind: "RoleBinding" as const,
    metadata: metadataOf(server, name),
    roleRef: { apiGroup: RBAC, kind: "Role", name },
    subjects: [{ apiGroup: RBAC, kind: "Group", name: server.writersGroup }],
  };
}

function writersName({ name }: TritonServerFacts<unknown>): string {
  return `${name}-release-writers`;
}
