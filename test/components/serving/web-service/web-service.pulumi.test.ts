import * as pulumi from "@pulumi/pulumi";
import { Exposure, WebService, type WebServiceArgs, type WebServiceLoadBalancerArgs } from "../../../../components";
import { type Properties } from "../../../../offline/engine";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const CERTIFICATE_ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd";

const smallest = { namespace: "serving", image: "registry/names:1.4.0" };
const vpc = {
  ...{ vpcId: "vpc-1", cidr: "10.0.0.0/16", publicSubnetIds: ["public-1", "public-2"] },
  ...{ privateSubnetIds: ["private-1", "private-2"], intraSubnetIds: ["intra-1", "intra-2"] },
};
const encrypted: WebServiceLoadBalancerArgs = { vpc, inboundCidrs: ["10.0.0.0/16"], certificateArn: CERTIFICATE_ARN };

/** Subnets of the intra, private and public kind, told apart by their ranges. */
const RANGES: Record<string, string> = { intra: "10.0.200.0/24", private: "10.0.0.0/18", public: "10.0.192.0/24" };
const answers = {
  "aws:ec2/getSubnet:getSubnet": ({ id = "" }: Properties) => ({ id, cidrBlock: RANGES[(id as string).split("-")[0] ?? ""] ?? "" }),
};

const webService = (args: Partial<WebServiceArgs> = {}, mode: "apply" | "preview" = "apply") =>
  planOf(
    () => {
      const { serviceName, namespace, clusterUrl, url, loadBalancerHostName } = new WebService("names", { ...smallest, ...args });
      return { serviceName, namespace, clusterUrl, url, loadBalancerHostName };
    },
    { mode, answers },
  );

const annotation = (plan: Plan, name: string): unknown =>
  (plan.inputs("names-ingress")["metadata"] as { annotations: Properties }).annotations[`alb.ingress.kubernetes.io/${name}`];
const peers = (plan: Plan): unknown => (plan.inputs("names-network-policy")["spec"] as { ingress: { from: unknown }[] }).ingress[0]?.from;
const kubernetesObjects = (plan: Plan) => plan.resources.filter(({ type }) => type.startsWith("kubernetes:"));

const full: Partial<WebServiceArgs> = {
  environment: { LOG_LEVEL: "info" },
  secrets: { clusterSecretStoreName: "store", variables: [{ variable: "DATABASE_URL", secretName: "names/database" }] },
  podRole: { clusterName: "ml", roleArn: "arn:role" },
  egress: [{ name: "PostgreSQL", cidrs: ["10.0.0.0/16"], ports: [5432] }],
  loadBalancer: { ...encrypted, hosts: ["names.example.com"], accessLogBucketName: "logs", loadBalancerController: "kube-system/lbc" },
  tags: { team: "ml" },
};

describe("S7 the smallest web service", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await webService();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "kubernetes:apps/v1:Deployment names-deployment",
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler names-autoscaler",
      "kubernetes:core/v1:Service names-service",
      "kubernetes:core/v1:ServiceAccount names-account",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy names-network-policy",
      "kubernetes:policy/v1:PodDisruptionBudget names-disruption-budget",
      "modelloop:index:WebService names",
    ]);
  });

  it("tells where pods call it, and that nobody else does", () => {
    expect(plan.recording.stackOutputs).toEqual({
      ...{ serviceName: "names", namespace: "serving", clusterUrl: "http://names.serving.svc" },
      ...{ url: "", loadBalancerHostName: "" },
    });
  });
});

describe("S7 a web service with everything", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await webService(full);
  });

  it("has an identity, secrets and a load balancer besides", () => {
    expect(plan.list.filter((line) => /identity|secrets|ingress/.test(line))).toEqual([
      "aws:eks/podIdentityAssociation:PodIdentityAssociation names-identity",
      "kubernetes:external-secrets.io/v1:ExternalSecret names-secrets",
      "kubernetes:networking.k8s.io/v1:Ingress names-ingress",
    ]);
    expect(plan.inputs("names-identity")).toEqual({
      ...{ clusterName: "ml", roleArn: "arn:role", namespace: "serving", serviceAccount: "names", tags: { team: "ml" } },
    });
  });

  // A pod that starts before its association has no role until somebody kills it; one before its policy talks to everybody.
  it("starts no pod before what makes it safe", () => {
    expect(plan.waitsFor("names-deployment")).toEqual(["names-account", "names-identity", "names-network-policy", "names-secrets"]);
  });

  // Pulumi gives up after ten minutes; ten pods one after the other take longer, and the update would be called failed.
  it("waits for a roll-out for as long as it takes", () => {
    expect(plan.resource("names-deployment").options.customTimeouts).toMatchObject({ create: "30m", update: "30m" });
    expect(plan.resource("names-service").options.customTimeouts).toMatchObject({ create: "30m", update: "30m" });
  });

  it("is what Kubernetes takes", () => {
    const objects = kubernetesObjects(plan);
    expect(objects).toHaveLength(8);
    expect(objects.flatMap(({ inputs }) => manifestFaults(inputs))).toEqual([]);
  });

  it("I9 stands in the subnets without a way out, takes its requests from there, and logs and tags as it is told", () => {
    expect(annotation(plan, "subnets")).toBe("intra-1,intra-2");
    expect(peers(plan)).toEqual([{ ipBlock: { cidr: "10.0.200.0/24" } }, { ipBlock: { cidr: "10.0.200.0/24" } }]);
    expect(annotation(plan, "load-balancer-attributes")).toContain("access_logs.s3.enabled=true,access_logs.s3.bucket=logs");
    expect(annotation(plan, "tags")).toBe("team=ml");
    expect(plan.recording.stackOutputs).toMatchObject({ url: "https://names.example.com" });
  });

  it("is the same in a preview", async () => {
    expect((await webService(full, "preview")).list).toEqual(plan.list);
  });
});

describe("I9 where the load balancer of a web service stands", () => {
  it("is the public subnets when it faces the internet, and the private ones where there are no intra ones", async () => {
    const internet = await webService({ loadBalancer: { ...encrypted, exposure: Exposure.Internet } });
    expect([annotation(internet, "scheme"), annotation(internet, "subnets")]).toEqual(["internet-facing", "public-1,public-2"]);
    const shared = await webService({ loadBalancer: { ...encrypted, vpc: { ...vpc, intraSubnetIds: [] } } });
    expect([annotation(shared, "scheme"), annotation(shared, "subnets")]).toEqual(["internal", "private-1,private-2"]);
  });

  // A destroy that takes the controller away first leaves a load balancer that nobody deletes and somebody pays.
  it.each(["apply", "preview"] as const)(
    "comes after its controller, its subnets and the Service (%s), and goes before them",
    async (mode) => {
      const plan = await planOf(
        () => {
          const made = (name: string) => new Marker(name).id;
          const intraSubnetIds = [made("subnet"), "intra-2"];
          const loadBalancer = { ...encrypted, vpc: { ...vpc, intraSubnetIds }, loadBalancerController: made("controller") };
          new WebService("names", { ...smallest, loadBalancer });
        },
        { mode, answers },
      );
      expect(plan.waitsFor("names-ingress")).toEqual(["controller", "names-service", "subnet"]);
    },
  );
});

/** Any resource at all: what counts is that its id is known when it is there. */
class Marker extends pulumi.CustomResource {
  constructor(name: string) {
    super("aws:ec2/subnet:Subnet", name, {});
  }
}

describe("S7 refusals of a web service", () => {
  it("come before anything is created, all at once", () => {
    const args = { namespace: "serving", image: "names", port: 80, loadBalancer: { vpc, inboundCidrs: ["0.0.0.0/0"] } };
    expect(refusalOf(() => new WebService("names", args))).toBe(
      [
        `WebService "names" cannot be built:`,
        `  - image is "names", without a tag; that means another image tomorrow: name a version, or better a digest (name@sha256:...)`,
        "  - port is 80; a process that is not root listens on 1,024 or above: use a whole number from 1,024 to 65,535",
        "  - loadBalancer.inboundCidrs[0] is 0.0.0.0/0; it lets everybody in who can reach the load balancer: name narrower ranges, or set loadBalancer.allowInboundFromAnywhere to true",
        "  - loadBalancer.certificateArn is missing; requests would cross networks in the clear: give the ARN of a certificate, or set loadBalancer.allowPlainHttp to true",
      ].join("\n"),
    );
  });

  // What comes out of another resource, or from a program in another language, is known only while the program runs.
  const late: [string, Partial<WebServiceArgs>, string][] = [
    [
      "image",
      { image: pulumi.output("names:latest") },
      `image is "names:latest"; latest is another image tomorrow: name a version, or better a digest (name@sha256:...)`,
    ],
    [
      "range that may call",
      { loadBalancer: { ...encrypted, inboundCidrs: ["10.0.0.0/16", pulumi.output("0.0.0.0/0")] } },
      "loadBalancer.inboundCidrs[1] is 0.0.0.0/0; it lets everybody in who can reach the load balancer: name narrower ranges, or set loadBalancer.allowInboundFromAnywhere to true",
    ],
    [
      "range that is called",
      { egress: [{ name: "web", cidrs: [pulumi.output("0.0.0.0/0")], ports: [443] }] },
      "egress[0].cidrs[0] is 0.0.0.0/0; the pods could send anything anywhere: name narrower ranges, or set egress[0].allowAnywhere to true",
    ],
    [
      "number of public subnets",
      { loadBalancer: { ...encrypted, exposure: Exposure.Internet, vpc: { ...vpc, publicSubnetIds: pulumi.output(["public-1"]) } } },
      "loadBalancer.vpc has 1 public subnets; a load balancer stands in two zones or more: give a subnet in each",
    ],
  ];
  it.each(late)("hold for a %s that is known later", async (_, args, fault) => {
    const { message } = await webService(args).then(
      () => new Error("nothing was refused"),
      (error: Error) => error,
    );
    // The SDK says first in which input it met the refusal.
    expect(message.replace(/^(error serializing property "\w+": )*/, "")).toBe(`WebService "names" cannot be built:\n  - ${fault}`);
  });
});
