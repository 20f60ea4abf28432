import {
  leavingOf,
  MissingUser,
  type ModelRouterShape,
  routerFacts,
  UserIdSource,
} from "../../../../components/serving/model-router/model-router";
import { modelRouterFaults } from "../../../../components/serving/model-router/router-faults";
import { SECONDS_TO_BE_FORGOTTEN } from "../../../../components/serving/triton-server/slots";
import { UPSTREAM_SECONDS } from "../../../../lambdas/domain/split/router-configuration";

const VARIANTS = [
  { variant: "catboost", model: "anomaly_catboost", percent: 30 },
  { variant: "xgboost", model: "anomaly_xgboost", percent: 70 },
];
const router: ModelRouterShape<string> = {
  ...{ namespace: "serving", model: "anomaly", experiment: { variants: VARIANTS }, modelServer: {} },
};
const loadBalancer = { inboundCidrs: ["10.0.0.0/16"], certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd" };
const signIn = {
  ...{ issuer: "https://login", authorizationEndpoint: "https://login/a", tokenEndpoint: "https://login/t" },
  ...{ userInfoEndpoint: "https://login/u", secretName: "sign-in" },
};
const nobody = { upstreams: { a: "a:1", b: "b:1" }, proxyCidrs: [], readerCidrs: [] };

function variants(...percents: number[]) {
  return { experiment: { variants: percents.map((percent, index) => ({ variant: `v${index}`, model: `m${index}`, percent })) } };
}

describe("S3 a router", () => {
  it("takes its users from a header, refuses whoever has none, and knows its limits", () => {
    expect(modelRouterFaults(router)).toEqual([]);
    expect(routerFacts(router, nobody)).toEqual({
      ...{ model: "anomaly", expects: "a request of the Open Inference Protocol, version 2", ...nobody },
      user: { variable: "http_x_user_id", described: "the header X-User-Id", missing: "refused" },
      ...{ requestsListen: "8080", internalListen: "8081", splitFile: "/etc/router-split/split.conf", temporaryFolder: "/tmp" },
      ...{ requestLog: "/dev/stdout", measureLog: "syslog:server=127.0.0.1:5140,facility=local7,tag=router,severity=info,nohostname" },
      ...{ workers: 1, drainSeconds: 25, maxBodyKib: 1_024, answerSeconds: 5, requestsPerSecond: 20, burst: 40 },
    });
  });

  it.each([
    [{ name: "X-Account" }, { variable: "http_x_account", described: "the header X-Account", missing: "refused" }],
    [{ source: UserIdSource.Cookie }, { variable: "cookie_user_id", described: "the cookie user_id", missing: "refused" }],
    [
      { source: UserIdSource.Cookie, name: "uid", missing: MissingUser.UseClientAddress },
      { variable: "cookie_uid", described: "the cookie uid", missing: "client-address" },
    ],
    [
      { source: UserIdSource.SignIn },
      {
        variable: "http_x_amzn_oidc_identity",
        described: "the header X-Amzn-Oidc-Identity, which the load balancer sets",
        missing: "refused",
      },
    ],
  ])("takes users from %j", (user, facts) => {
    expect(routerFacts({ ...router, user }, nobody).user).toEqual(facts);
  });

  // NGINX by itself starts a worker for each CPU of the node, 64 of them in a pod of one CPU.
  it("starts a worker for each CPU that it may use", () => {
    const workers = (cpuLimit: string): number => routerFacts({ ...router, resources: { cpuLimit } }, nobody).workers;
    expect(["250m", "1", "1500m", "4"].map(workers)).toEqual([1, 1, 2, 4]);
  });
});

// Cut off by its own pod, a long answer is a fault of the new release in the eyes of whoever judges the stage.
it.each([
  [undefined, { drainSeconds: 20, secondsToEnd: 25, graceSeconds: 50 }],
  [15, { drainSeconds: 20, secondsToEnd: 25, graceSeconds: 50 }],
  [50, { drainSeconds: 55, secondsToEnd: 55, graceSeconds: 115 }],
])("S3 a pod that goes waits for the longest request, here of %s seconds", (answerSeconds, seconds) => {
  const shape = { ...router, ...(answerSeconds !== undefined && { limits: { answerSeconds } }) };
  expect(leavingOf(shape)).toEqual(seconds);
  expect(routerFacts(shape, nobody).drainSeconds).toBe(seconds.secondsToEnd);
});

// A request into a connection that a leaving pod closes is lost, and none is sent twice: one 503 in each roll-out of a model server.
it("S1 S3 a pod of the model server that goes gets its last request before it stops, however long it takes to be forgotten", () => {
  const secondsToBeHeardOf = 5;
  expect(UPSTREAM_SECONDS.used + UPSTREAM_SECONDS.idle + secondsToBeHeardOf).toBeLessThanOrEqual(SECONDS_TO_BE_FORGOTTEN);
});

describe("S3 a router is refused", () => {
  it.each<[string, Partial<ModelRouterShape<string>>, string[]]>([
    [
      "when shares do not sum to 100",
      variants(30, 60),
      ["experiment.variants sum to 90 percent; every user goes somewhere: make them sum to 100"],
    ],
    [
      "when shares are no shares",
      variants(-1, 33.333),
      [
        "experiment.variants[0].percent is -1; nobody has a negative share of users: use 0 or more",
        "experiment.variants[1].percent is 33.333; NGINX splits by hundredths of a percent: use two decimals at most",
      ],
    ],
    ["without variants", variants(), ["experiment.variants is empty; requests would go nowhere: name one variant with 100 percent"]],
    [
      "when a variant's name would be NGINX's",
      { experiment: { variants: [{ variant: "a;b", model: "m", percent: 100 }] } },
      [
        'experiment.variants[0].variant is "a;b"; a name has up to 63 lower-case letters, digits, dots, underscores and hyphens, a letter or digit at both ends: rename it',
      ],
    ],
    [
      "when names are none",
      { serviceName: "Router", namespace: "My Namespace", model: "a/b", expects: 'x"y' },
      [
        'serviceName is "Router"; it becomes a host name, and the beginning of others: up to 57 lower-case letters, digits and hyphens, the first a letter: choose such a name',
        'namespace is "My Namespace"; Kubernetes takes up to 63 lower-case letters, digits and hyphens: choose such a name',
        'model is "a/b"; it is a part of the path: up to 63 lower-case letters, digits, dots, underscores and hyphens, a letter or digit at both ends: choose such a name',
        'expects is "x\\"y"; it is read out to callers: letters, digits, blanks, and , . _ [ ] -: write it like input FP32[n,37]',
      ],
    ],
    // Callers can run code in it: the worst that can happen to the one thing that stands in front of all models.
    [
      "with an NGINX that callers can take over",
      { image: "nginx:1.29.8" },
      ['image is "nginx:1.29.8"; before 1.30.1 callers can run code in NGINX (CVE-2026-42945): use 1.30.1 or newer'],
    ],
    [
      "with images of tomorrow",
      { image: "nginx:latest", measuringImage: "fluent-bit" },
      [
        'image is "nginx:latest"; latest is another image tomorrow: name a version, or better a digest (name@sha256:...)',
        'measuringImage is "fluent-bit", without a tag; that means another image tomorrow: name a version, or better a digest (name@sha256:...)',
      ],
    ],
    [
      "when nobody can be told apart",
      { user: { source: UserIdSource.SignIn, name: "X-Me", missing: MissingUser.UseClientAddress } },
      [
        "signIn is missing with user.source signIn; nobody would have a name: add signIn, or take a header",
        'user.name is "X-Me"; the load balancer chooses the header of who signed in: leave name out',
        "user.missing is useClientAddress with user.source signIn; whoever gets in has signed in: leave missing out",
      ],
    ],
    [
      "when the header is none",
      { user: { name: "X User" } },
      ['user.name is "X User"; a header\'s name has up to 64 letters, digits and hyphens, the first a letter: write one such as X-User-Id'],
    ],
    [
      "when the cookie is none that NGINX finds",
      { user: { source: UserIdSource.Cookie, name: "user-id" } },
      ['user.name is "user-id"; NGINX finds cookies of up to 64 lower-case letters, digits and underscores: choose such a name'],
    ],
    [
      "when numbers are none",
      { replicas: 5, maxReplicas: 3, limits: { answerSeconds: 90, burst: 0 }, modelServer: { httpPort: 0 } },
      [
        "modelServer.httpPort is 0; TCP has ports: use a whole number from 1 to 65,535",
        "maxReplicas is 3; replicas is 5: raise the one, or lower the other",
        "limits.answerSeconds is 90; a load balancer gives up after 60 seconds: use a whole number from 1 to 50",
        "limits.burst is 0; requests are counted: use a whole number from 1 to 1,000,000",
      ],
    ],
    [
      "when what it asks for makes no sense",
      { targetCpuPercent: 50, resources: { cpuRequest: "2" }, serviceMonitor: { intervalSeconds: 1 } },
      [
        "targetCpuPercent is 50 without maxReplicas; the number of pods is fixed: add maxReplicas, or leave it out",
        "resources.cpuRequest is 2; it must not exceed resources.cpuLimit, which is 1: lower the one, or raise the other",
        "serviceMonitor.intervalSeconds is 1; Prometheus asks every 5 seconds to every hour: use a whole number from 5 to 3,600",
      ],
    ],
    [
      "when everybody could read the split",
      { readerCidrs: ["0.0.0.0/0"] },
      ["readerCidrs[0] is 0.0.0.0/0; everybody in the network could read who gets which model: name the ranges of the loop's functions"],
    ],
    [
      "when its load balancer does not fit it",
      { loadBalancer: { ...loadBalancer, healthPath: "/ready", idleTimeoutSeconds: 120 } },
      [
        'loadBalancer.healthPath is "/ready"; the router answers that on a port of its own: leave it out',
        "loadBalancer.idleTimeoutSeconds is 120; the router closes idle connections after 75: use 60 or less",
      ],
    ],
    [
      "when people cannot sign in",
      { signIn: { ...signIn, issuer: "http://login" } },
      [
        'signIn.issuer is "http://login"; people\'s names cross the internet on that way: write an address with https://',
        "signIn is set without loadBalancer; it is the load balancer that asks people: add one, or leave signIn out",
      ],
    ],
    [
      "when people would sign in in the clear",
      { signIn, loadBalancer: { inboundCidrs: ["10.0.0.0/16"], allowPlainHttp: true } },
      ["signIn is set together with loadBalancer.allowPlainHttp; a load balancer asks over HTTPS only: give a certificate instead"],
    ],
    [
      "when people and programs are asked at once",
      { signIn, loadBalancer: { ...loadBalancer, jwt: { issuer: "https://login", jwksUrl: "https://login/keys" } } },
      ["signIn is set together with loadBalancer.jwt; one is for people, the other for programs: leave one of the two out"],
    ],
  ])("%s", (_, change, faults) => {
    expect(modelRouterFaults({ ...router, ...change })).toEqual(faults);
  });
});
