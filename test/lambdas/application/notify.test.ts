import { deliverNotice } from "../../../lambdas/application/notify";
import { noticeOfSwitch, type Notice } from "../../../lambdas/domain/notices";
import type { Delivery } from "../../../lambdas/ports/notice-channel";
import { NOW } from "../domain/examples";
import { message, TestWorld } from "../support/test-loop";

const notice = noticeOfSwitch(true, "ada", "why", NOW) as Notice;
const toSlack = message(JSON.stringify({ channel: "slack", notice }));

async function delivered(answer: () => Promise<Delivery>, text = toSlack) {
  const world = await TestWorld.make();
  const asked: Notice[] = [];
  const slack = { deliver: (given: Notice) => (asked.push(given), answer()) };
  const outcome = await deliverNotice(text, { ...world.loop, channels: { slack } }).then(
    () => "done",
    (error: Error) => error.message,
  );
  return { world, asked, outcome };
}

describe("A9 delivering a notice", () => {
  it("A9 hands it to its channel and counts it", async () => {
    const { world, asked } = await delivered(() => Promise.resolve({ kind: "delivered" }));
    expect(asked).toEqual([notice]);
    expect(world.counted).toMatchObject([{ metric: "NoticesDelivered", what: { channel: "slack", key: notice.key } }]);
  });

  // A webhook that was deleted takes nothing any more, and who would tell of it but the channel that is gone?
  it("A9 counts one that its channel refuses for good, with its title, and does not try again", async () => {
    const { world, outcome } = await delivered(() =>
      Promise.resolve({ kind: "undeliverable", reason: "Slack answers 400: invalid_payload" }),
    );
    expect(outcome).toBe("done");
    expect(world.counted).toMatchObject([
      { metric: "NoticesUndeliverable", what: { title: notice.title, reason: "Slack answers 400: invalid_payload", page: false } },
    ]);
  });

  it("A9 fails where trying again may help", async () => {
    const { world, outcome } = await delivered(() => Promise.reject(new Error("Slack answers 503: ")));
    expect([outcome, world.counted]).toEqual(["Slack answers 503: ", []]);
  });

  it("A9 counts one whose channel is not set up", async () => {
    const toPager = message(JSON.stringify({ channel: "pager-duty", notice }));
    const { world } = await delivered(() => Promise.resolve({ kind: "delivered" }), toPager);
    expect(world.counted).toMatchObject([{ metric: "NoticesUndeliverable", what: { reason: "the channel is not set up" } }]);
  });

  it("keeps what is no notice", async () => {
    const { world, asked } = await delivered(() => Promise.resolve({ kind: "delivered" }), message("garbage"));
    expect([asked, world.kept.length]).toEqual([[], 1]);
  });
});
