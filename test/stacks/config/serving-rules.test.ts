/** What a stack file may not say about the models that are called. */
import { committed, type ConfigBlock, refusal, smallest } from "../stack-file";

const VARIANTS = [{ variant: "xgboost", model: "anomaly_xgboost", percent: 100 }];
const ROUTER = { model: "anomaly", experiment: { variants: VARIANTS } };

function withRouter(router: object, compute: object = {}): ConfigBlock {
  return { ...smallest(), "modelloop:compute": compute, "modelloop:serving": { router: { ...ROUTER, ...router } } };
}

/** The committed prod file, which holds every rule, with its router changed. */
function prodWith(change: object, loadBalancer: object = {}): ConfigBlock {
  const config = committed("prod");
  const { router } = config["modelloop:serving"] as { router: { loadBalancer: object } };
  Object.assign(router.loadBalancer, loadBalancer);
  Object.assign(router, change);
  return config;
}

function refused(stack: string, ...sentences: string[]): string {
  return [`Pulumi.${stack}.yaml is refused:`, ...sentences.map((sentence) => `  - ${sentence}`)].join("\n");
}

test("S3 the smallest router is accepted, alone and behind a load balancer", () => {
  expect(refusal(withRouter({}))).toBeUndefined();
  expect(refusal(withRouter({ loadBalancer: { allowPlainHttp: true } }))).toBeUndefined();
});

test("S3 every fault of the router is told at once, each with its key", () => {
  const variants = [
    { variant: "catboost", model: "anomaly_catboost", percent: 30.001 },
    { variant: "xgboost", model: "anomaly_xgboost", percent: -1 },
  ];
  const loadBalancer = { inboundCidrs: ["0.0.0.0/0"], certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1" };
  expect(refusal(withRouter({ experiment: { variants }, replicas: 5, maxReplicas: 3, loadBalancer }, { addOns: ["keda"] }))).toBe(
    refused(
      "dev",
      "modelloop:serving.router.experiment.variants[0].percent is 30.001; NGINX splits by hundredths of a percent: use two decimals at most",
      "modelloop:serving.router.experiment.variants[1].percent is -1; nobody has a negative share of users: use 0 or more",
      "modelloop:serving.router.maxReplicas is 3; replicas is 5: raise the one, or lower the other",
      "modelloop:serving.router.loadBalancer.inboundCidrs[0] is 0.0.0.0/0; it lets everybody in who can reach the load balancer: name narrower ranges, or set loadBalancer.allowInboundFromAnywhere to true",
      "modelloop:serving.router.loadBalancer is set; modelloop:compute.addOns lacks loadBalancerController, and nobody would make a load balancer of it: add that, or leave loadBalancer out",
      "modelloop:serving.router.loadBalancer.certificateArn is of eu-west-1; aws:region is us-east-1, and a load balancer takes what is in its own region only: give one of that region",
    ),
  );
});

describe("in prod", () => {
  test("I9 a router without TLS is refused", () => {
    expect(refusal(prodWith({}, { allowPlainHttp: true, certificateArn: undefined }), "prod")).toBe(
      refused(
        "prod",
        "modelloop:serving.router.loadBalancer.allowPlainHttp is true; in prod nobody reads along what models are asked: give certificateArn, and remove it",
      ),
    );
  });

  // "Who sent that?" is asked a week after the incident.
  test("I9 a router without an access log, with one pod, or that deals users by address is refused", () => {
    const { "modelloop:learning": _loop, ...config } = prodWith({ replicas: 1, user: { missing: "useClientAddress" } });
    const { accessLogs: _none, ...data } = config["modelloop:data"] as ConfigBlock;
    const { gateway: _gateway, ...compute } = config["modelloop:compute"] as ConfigBlock;
    expect(refusal({ ...config, "modelloop:data": data, "modelloop:compute": compute }, "prod")).toBe(
      refused(
        "prod",
        "modelloop:data.accessLogs is missing; in prod it must be possible to tell who asked the router for what: add it, {} is enough",
        "modelloop:serving.router.replicas is 1; in prod the failure of one node must not end all predictions: write 2 or more, or leave it out",
        "modelloop:serving.router.user.missing is useClientAddress; in prod many users share an address, and would share a model: remove it",
      ),
    );
  });

  test("S3 a router inside the cluster only, or none at all, is accepted", () => {
    expect(refusal(prodWith({ loadBalancer: undefined }), "prod")).toBeUndefined();
    const { "modelloop:serving": _none, "modelloop:learning": _loop, ...config } = committed("prod");
    expect(refusal(config, "prod")).toBeUndefined();
  });
});
