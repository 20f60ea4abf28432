import { fill } from "../../../../lambdas/application/roll-out/fill";
import { ready } from "../../../../lambdas/application/roll-out/ready";
import { RollOutWorld } from "../../support/roll-out-world";

async function filled() {
  const at = await RollOutWorld.make();
  const answer = await fill(at.order, at.loop);
  if (answer.kind !== "filled") throw new Error(answer.reason);
  const since = at.now;
  return { at, ask: () => ready({ do: "ready", order: at.order, fence: answer.fence, since }, at.loop) };
}

test("S3 a slot is ready when every model is, on every pod", async () => {
  const { at, ask } = await filled();
  at.notReady = ["anomaly_xgboost"];
  expect(await ask()).toEqual({ kind: "waiting", reason: "anomaly_xgboost is not ready on 10.0.1.1" });
  at.notReady = [];
  expect(await ask()).toEqual({ kind: "ready" });
});

test("S3 a slot that was put to sleep meanwhile is woken again", async () => {
  const { at, ask } = await filled();
  at.slots.b.asleep = true;
  expect(await ask()).toEqual({ kind: "waiting", reason: "slot b is asleep" });
  expect(await ask()).toEqual({ kind: "ready" });
});

test("S3 it is waited for no longer than declared", async () => {
  const { at, ask } = await filled();
  at.notReady = ["anomaly_xgboost"];
  at.pass(45);
  expect(await ask()).toEqual({ kind: "late", reason: "anomaly_xgboost is not ready on 10.0.1.1; waited 45 minutes of 45" });
});

test("S3 a slot that holds something else is not the release", async () => {
  const { at, ask } = await filled();
  at.slots.b.prefix = "releases/r7";
  expect(await ask()).toEqual({
    kind: "waiting",
    reason: "slot b holds releases/r7, and not releases/r42",
  });
});
