import { sweep } from "../../../lambdas/application/sweep";
import { ADA, question, RELEASE, RUN } from "../domain/approvals/examples";
import { NOW } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

// Silence is a refusal after two days; a night in which nobody looked must not throw a training away unnoticed.
it("R4 the hourly sweep reminds once, wakes somebody once, and leaves alone what is over", async () => {
  const world = await TestWorld.make();
  await world.ledger.askApproval(THE_MODEL, question(), NOW);
  const told: string[] = [];
  for (let hour = 0; hour <= 50; hour++) {
    const before = world.notices.length;
    await sweep(world.loop);
    for (const { key, page } of world.notices.slice(before)) told.push(`${hour} ${key}${page ? " (page)" : ""}`);
    world.pass(1);
  }
  expect(told).toEqual([`4 ${RUN}/approval/remind`, `26 ${RUN}/approval/escalate (page)`]);
});

it("R4 it asks for an answer again that has not reached its run", async () => {
  const world = await TestWorld.make();
  await world.ledger.askApproval(THE_MODEL, question(), NOW);
  await world.ledger.answerApproval(THE_MODEL, RUN, { by: ADA, verdict: "approved", reason: "good", at: NOW });
  await sweep(world.loop);
  expect(world.notices.map(({ key }) => key)).toEqual([`${RUN}/approval/undelivered`]);
  await world.ledger.approvalDelivered(THE_MODEL, RELEASE);
  await sweep(world.loop);
  expect(world.notices).toHaveLength(1);
});
