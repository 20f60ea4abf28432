import { UNKNOWN } from "../../../../offline/engine";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";

const container = {
  name: "server",
  image: "example/server@sha256:0",
  ports: [{ containerPort: 8_000 }],
  resources: { limits: { cpu: 1 } },
};

function deployment(change: object = {}) {
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "server", labels: { app: "server" } } },
    spec: {
      selector: { matchLabels: { app: "server" } },
      template: { metadata: { labels: { app: "server" } }, spec: { containers: [{ ...container, ...change }] } },
    },
  };
}

// Not a component's test: it shows that the check which the components' tests rest on can fail.
describe("manifests against Kubernetes' own schema", () => {
  it("takes what the API server takes", () => {
    expect(manifestFaults(deployment())).toEqual([]);
    expect(manifestFaults(deployment({ livenessProbe: { httpGet: { path: "/", port: "http" } }, envFrom: null }))).toEqual([]);
    expect(manifestFaults(deployment({ image: UNKNOWN }))).toEqual([]);
  });

  const path = "apps/v1 Deployment.spec.template.spec.containers[0]";
  it.each([
    [{ comand: ["run"] }, `${path}.comand is no field that Kubernetes knows`],
    [{ command: "run" }, `${path}.command is no list`],
    [{ name: undefined }, `${path}.name is missing`],
    [{ ports: [{ containerPort: "8000" }] }, `${path}.ports[0].containerPort is 8000, no integer`],
    [{ resources: { limits: ["1"] } }, `${path}.resources.limits is no object`],
    [{ livenessProbe: { httpGet: { path: "/", port: true } } }, `${path}.livenessProbe.httpGet.port is neither a number nor a text`],
  ])("finds %j", (change, fault) => expect(manifestFaults(JSON.parse(JSON.stringify(deployment(change))) as never)).toEqual([fault]));

  it("knows only the kinds that were asked for", () => {
    expect(manifestFaults({ apiVersion: "policy/v1beta1", kind: "PodSecurityPolicy" })).toEqual([
      "policy/v1beta1 PodSecurityPolicy is none of the kinds in kubernetes-1.35.json: add it in extract.mjs",
    ]);
  });

  it("holds custom resources to their definitions", () => {
    const binding = { apiVersion: "elbv2.k8s.aws/v1beta1", kind: "TargetGroupBinding", metadata: { name: "x" } };
    expect(
      manifestFaults({ ...binding, spec: { serviceRef: { name: "mlflow", port: 80 }, targetType: "pod", targetGroupArn: "arn" } }),
    ).toEqual([
      "elbv2.k8s.aws/v1beta1 TargetGroupBinding.spec.targetType is pod, none of instance, ip",
      "elbv2.k8s.aws/v1beta1 TargetGroupBinding.spec.targetGroupArn is no field that Kubernetes knows",
    ]);
  });
});
