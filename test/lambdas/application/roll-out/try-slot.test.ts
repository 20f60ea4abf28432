import { trySlot } from "../../../../lambdas/application/roll-out/try-slot";
import { releasedParityFile } from "../../../../lambdas/domain/packages/parity";
import { fill } from "../../../../lambdas/application/roll-out/fill";
import { RollOutWorld } from "../../support/roll-out-world";

async function filled() {
  const at = await RollOutWorld.make();
  const answer = await fill(at.order, at.loop);
  if (answer.kind !== "filled") throw new Error(answer.reason);
  return { at, fence: answer.fence, ask: () => trySlot({ do: "try", order: at.order, fence: answer.fence }, at.loop) };
}

test("S1 every model answers by the contract, on every pod", async () => {
  const { ask } = await filled();
  expect(await ask()).toEqual({ kind: "passed", reason: "anomaly_xgboost on 1 pods answer by the contract" });
});

test.each([
  [
    "a label that is none",
    { labels: [2, 1, 1], probabilities: [0, 1, 0, 1, 0, 1] },
    "anomaly_xgboost on 10.0.1.1 gives row 1 the label 2 and the probabilities 0 and 1: export it by the contract",
  ],
  [
    "probabilities that are none",
    { labels: [1, 1, 1], probabilities: [0, 1, 0, 1, NaN, 1] },
    "anomaly_xgboost on 10.0.1.1 gives row 3 the label 1 and the probabilities NaN and 1: export it by the contract",
  ],
  [
    "too few answers",
    { labels: [1], probabilities: [0, 1] },
    "anomaly_xgboost on 10.0.1.1 gives 1 labels and 2 probabilities for 3 rows: export it by the contract",
  ],
])("S1 a model that gives %s fails before any user gets there", async (_what, answer, reason) => {
  const { at, ask } = await filled();
  at.answer = () => answer;
  expect(await ask()).toEqual({ kind: "failed", reason });
});

// Loaded, ready, in the right form, and wrong: the export was made with another order of features.
test("S1 where the release brings rows with the trained model's answers, they are compared", async () => {
  const { at, ask } = await filled();
  const path = releasedParityFile("anomaly_xgboost");
  at.manifests["r42"]?.files.push({ path, bytes: 12, sha256: "0".repeat(64) });
  const rows = (answer: number) => new Uint8Array(Float32Array.from([1, 2, answer]).buffer);
  at.files[`r42/${path}`] = rows(0.75);
  expect(await ask()).toEqual({
    kind: "passed",
    reason: "anomaly_xgboost on 1 pods answer by the contract, 1 answers like the trained models'",
  });
  at.files[`r42/${path}`] = rows(0.5);
  expect(await ask()).toMatchObject({ kind: "failed", reason: expect.stringContaining("the trained model gave 0.5") as string });
});

// One connection that broke rejected a release that had taken hours: its pods were well.
test("S1 a pod that does not answer is asked once more, and fails the release where it stays silent", async () => {
  const { at, fence } = await filled();
  const { loop } = at;
  const ask = (broken: number) => {
    const infer: typeof loop.pods.infer = (address, model, rows) =>
      broken-- > 0 ? Promise.resolve({ kind: "silent", reason: `${address} does not answer` }) : loop.pods.infer(address, model, rows);
    return trySlot({ do: "try", order: at.order, fence }, { ...loop, pods: { ...loop.pods, infer } });
  };
  expect(await ask(1)).toMatchObject({ kind: "passed" });
  expect(await ask(2)).toEqual({ kind: "failed", reason: "anomaly_xgboost on 10.0.1.1: 10.0.1.1 does not answer" });
});

test("S3 a slot without pods has nothing to be tried", async () => {
  const { at, ask } = await filled();
  at.slots.b.asleep = true;
  expect(await ask()).toEqual({ kind: "failed", reason: "slot b has no pod to be tried" });
});
