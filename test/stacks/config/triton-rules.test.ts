/** What a stack file may not say about the server of tree models. */
import { committed, type ConfigBlock, refusal, smallest } from "../stack-file";

const MODELS = [{ name: "anomaly_xgboost", kind: "xgboost" }];
const NODES = { nodeGroups: [{ name: "serving", instanceTypes: ["m6i.xlarge"] }] };

function withTriton(triton: object, compute: object = NODES, router?: object): ConfigBlock {
  const serving = { triton: { models: MODELS, ...triton }, ...(router && { router }) };
  return { ...smallest(), "modelloop:compute": compute, "modelloop:serving": serving };
}

function refused(stack: string, ...sentences: string[]): string {
  return [`Pulumi.${stack}.yaml is refused:`, ...sentences.map((sentence) => `  - ${sentence}`)].join("\n");
}

test("S1 the smallest server is accepted", () => {
  expect(refusal(withTriton({}))).toBeUndefined();
});

test("S1 every fault of the server is told at once, each with its key", () => {
  const models = [{ name: "Anomaly", kind: "xgboost" }];
  expect(
    refusal(withTriton({ models, minReplicas: 5, maxReplicas: 3, nodeGroup: "trees" }, { ...NODES, addOns: ["loadBalancerController"] })),
  ).toBe(
    refused(
      "dev",
      'modelloop:serving.triton.models[0].name is "Anomaly"; Triton serves up to 40 characters of a-z, 0-9 and _, the first a letter: write one such as anomaly_xgboost',
      "modelloop:serving.triton.minReplicas is 5; maxReplicas is 3: lower the one, or raise the other",
      'modelloop:serving.triton.nodeGroup is "trees"; modelloop:compute.nodeGroups has no group of that name, and its pods would wait for ever: name one of these, or add it',
      "modelloop:serving.triton is set; modelloop:compute.addOns lacks keda, and nobody would put its slots to sleep or wake them: add that, or leave triton out",
    ),
  );
});

// It would wait for a node that never comes, and nobody would look there.
test("S1 a server that its nodes have no room for is refused", () => {
  expect(refusal(withTriton({ cpu: "4" }))).toBe(
    refused(
      "dev",
      "modelloop:serving.triton.cpu is 4; a m6i.xlarge has 3740m for it once EKS' own pods run: ask for at most that, or use a larger type",
    ),
  );
  expect(refusal(withTriton({}, { nodeGroups: [{ name: "serving", instanceTypes: ["m6i.xlarge"], diskGiB: 20 }] }))).toBe(
    refused(
      "dev",
      "modelloop:compute.nodeGroups[0].diskGiB is 20; its images take about 22 GiB unpacked, it writes 2Gi, and m6i.xlarge has 17 GiB for that: use 30 or more",
    ),
  );
});

// Both come up, and every call gets 404.
test("S1 a router that calls another server, or models that it does not have, is refused", () => {
  const variants = [{ variant: "catboost", model: "anomaly_catboost", percent: 100 }];
  expect(refusal(withTriton({ name: "trees" }, NODES, { model: "anomaly", experiment: { variants } }))).toBe(
    refused(
      "dev",
      'modelloop:serving.router.modelServer is "triton"; modelloop:serving.triton.name is "trees", and the router would call nobody: write the same',
      'modelloop:serving.router.experiment.variants[0].model is "anomaly_catboost"; modelloop:serving.triton.models has anomaly_xgboost, and every call of the variant would get 404: name one of these, or add it',
    ),
  );
});

test("S1 in prod fewer than three pods are refused", () => {
  const config = committed("prod");
  Object.assign((config["modelloop:serving"] as { triton: object }).triton, { minReplicas: 2 });
  expect(refusal(config, "prod")).toBe(
    refused(
      "prod",
      "modelloop:serving.triton.minReplicas is 2; in prod one pod may be replaced while another fails: write 3 or more, or leave it out",
    ),
  );
});
