import * as pulumi from "@pulumi/pulumi";
import { type LoopMode } from "../../../../components/learning/model-loop/model-loop";
import { ModelLoop } from "../../../../components/learning/model-loop/model-loop.pulumi";
import type { ModelLoopArgs } from "../../../../components/learning/model-loop/model-loop-arguments.pulumi";
import { planOf, refusalOf } from "../../shared/plan-of";

const smallest: ModelLoopArgs = {
  environment: "dev",
  models: [{ name: "log-anomaly" }],
  channels: { emailAddresses: ["ml@example.com"] },
  assetsBucketName: "assets",
};

test("smallest call: the template, its parts and one stack that is protected, kept, and refuses to lose its ledger", async () => {
  const plan = await planOf(() => new ModelLoop("loop", smallest));
  const kinds = plan.list.map((line) => line.replace(/-asset-[0-9a-f]{12}$/, "-asset"));
  expect([...new Set(kinds)]).toEqual([
    "aws:cloudformation/stack:Stack loop-stack",
    "aws:s3/bucketObjectv2:BucketObjectv2 loop-asset",
    "modelloop:index:ModelLoop loop",
  ]);
  const stack = plan.resource("loop-stack");
  expect(stack.options).toMatchObject({ protect: true, retainOnDelete: true });
  expect(stack.inputs).toMatchObject({ capabilities: ["CAPABILITY_IAM"], parameters: { AssetBucket: "assets" } });
  expect(plan.document("loop-stack", "policyBody")).toMatchObject({ Statement: [{ Effect: "Allow" }, { Effect: "Deny" }] });
  // The template is there before it is asked for.
  expect(plan.waitsFor("loop-stack").filter((name) => name.startsWith("loop-asset-")).length).toBe(
    kinds.filter((kind) => kind.endsWith("-asset")).length,
  );
});

test("the stack is given the template that was uploaded", async () => {
  const plan = await planOf(() => new ModelLoop("loop", smallest));
  const url = plan.output("loop-stack", "templateUrl");
  const uploaded = plan.resources.find(({ inputs }) => typeof inputs["key"] === "string" && url.endsWith(`/${inputs["key"]}`));
  expect(uploaded?.inputs).toMatchObject({
    bucket: "assets",
    source: { $asset: { text: expect.stringContaining("dev-loop-sweep-missing") as string } },
  });
});

// What is known only while deploying must not shape the template, or a preview would not know it.
test("values of other resources come in as parameters", async () => {
  const later = pulumi.output(Promise.resolve("arn:aws:kms:us-east-1:111122223333:key/1"));
  const plan = await planOf(() => new ModelLoop("loop", { ...smallest, kmsKeyArn: later, tags: { team: "ml" } }));
  expect(plan.inputs("loop-stack")).toMatchObject({
    parameters: { AssetBucket: "assets", KmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1" },
    tags: { team: "ml" },
  });
});

test("two plans of one loop are the same", async () => {
  const [one, other] = [await planOf(() => new ModelLoop("loop", smallest)), await planOf(() => new ModelLoop("loop", smallest))];
  expect(other.resources.map(({ name, inputs }) => [name, inputs])).toEqual(one.resources.map(({ name, inputs }) => [name, inputs]));
});

test("allowDelete lets the stack go", async () => {
  const plan = await planOf(() => new ModelLoop("loop", { ...smallest, allowDelete: true }));
  expect(plan.resource("loop-stack").options).toMatchObject({ protect: false, retainOnDelete: false });
});

test("refuses more tags than a file in S3 can have", () => {
  const tags = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`tag-${index}`, "x"]));
  expect(refusalOf(() => new ModelLoop("loop", { ...smallest, tags }))).toBe(
    ['ModelLoop "loop" cannot be built:', "  - tags are 11; they go to the files in S3 too, which takes 10 on a file: leave some out"].join(
      "\n",
    ),
  );
});

test("fails when the arguments are wrong, before anything is made, with all of it at once", () => {
  const models = [{ name: "log-anomaly", mode: "acts" as LoopMode }];
  expect(refusalOf(() => new ModelLoop("loop", { ...smallest, models, channels: {} }))).toBe(
    [
      'ModelLoop "loop" cannot be built:',
      '  - models[0].mode is "acts"; it must be one of observe, act: use one of these',
      "  - channels are none; a loop that pages nobody is not watched: give emailAddresses, slackWebhookSecretArn or pagerDutySecretArn",
    ].join("\n"),
  );
});
