import { sweep } from "../../../lambdas/application/sweep";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { ADA, question } from "../domain/approvals/examples";
import { inHours, NOW, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

/** A run has the lock, and waits for people. */
async function waiting() {
  const world = await TestWorld.make();
  await respondToSignal(signal(), world.loop);
  const run = world.lastRun();
  await world.ledger.renew(THE_MODEL.line, run, inHours(60));
  await world.ledger.askApproval(THE_MODEL, question({ run }), NOW);
  world.notices.length = 0;
  return { world, run };
}

// Silence is a refusal after two days; a night in which nobody looked must not throw a training away unnoticed.
it("R4 the hourly sweep reminds once, wakes somebody once, and leaves alone what is over", async () => {
  const { world, run } = await waiting();
  const told: string[] = [];
  for (let hour = 0; hour <= 50; hour++) {
    const before = world.notices.length;
    await sweep(world.loop);
    for (const { key, page } of world.notices.slice(before)) told.push(`${hour} ${key}${page ? " (page)" : ""}`);
    world.pass(1);
  }
  expect(told).toEqual([`4 ${run}/approval/remind`, `26 ${run}/approval/escalate (page)`]);
});

it("R4 it asks for an answer again that has not reached its run", async () => {
  const { world, run } = await waiting();
  await world.ledger.answerApproval(THE_MODEL, run, { by: ADA, verdict: "approved", reason: "good", at: NOW });
  await sweep(world.loop);
  expect(world.notices.map(({ key }) => key)).toEqual([`${run}/approval/undelivered`]);
  await world.ledger.approvalDelivered(THE_MODEL, { run, question: "release" });
  await sweep(world.loop);
  expect(world.notices).toHaveLength(1);
});

// It was aborted on Friday evening; somebody was woken on Saturday to decide about it.
it("R4 nobody is reminded of a run that has ended", async () => {
  const { world, run } = await waiting();
  await world.ledger.end(THE_MODEL.line, run, "aborted", NOW);
  for (let hour = 0; hour <= 30; hour++) {
    await sweep({ ...world.loop, limits: { coolDownHours: 1_000, automaticStartsPerWeek: 1 } });
    world.pass(1);
  }
  expect(world.notices.filter(({ key }) => key.includes("/approval/"))).toEqual([]);
});
