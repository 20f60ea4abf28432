import { deliverNotice } from "../../../lambdas/application/notify";
import { type Channel, noticeOfSwitch, type Notice } from "../../../lambdas/domain/notices";
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

  // Counted each day, the quiet summary would raise a critical alarm each day in every loop that has e-mail alone.
  it("A9 gives what none of its channels can take to the channel that there is, once, and counts nothing as lost", async () => {
    const info = { ...notice, severity: "info" as const };
    const heard: string[] = [];
    const world = await TestWorld.make();
    const mail = { deliver: ({ title }: Notice) => (heard.push(title), Promise.resolve<Delivery>({ kind: "delivered" })) };
    await deliverNotice(message(JSON.stringify({ channel: "slack", notice: info })), { ...world.loop, channels: { "e-mail": mail } });
    expect([heard, world.counted.map(({ metric }) => metric)]).toEqual([[info.title], ["NoticesDelivered"]]);
  });

  it("A9 leaves what another of its channels tells to that channel", async () => {
    const toPager = message(JSON.stringify({ channel: "pager-duty", notice: { ...notice, page: true } }));
    const { world, asked } = await delivered(() => Promise.resolve({ kind: "delivered" }), toPager);
    expect([asked, world.counted]).toEqual([[], []]);
  });

  it("A9 counts one where no channel at all is set up", async () => {
    const world = await TestWorld.make();
    await deliverNotice(toSlack, { ...world.loop, channels: {} });
    expect(world.counted).toMatchObject([{ metric: "NoticesUndeliverable", what: { reason: "no channel is set up" } }]);
  });

  it("keeps what is no notice", async () => {
    const { world, asked } = await delivered(() => Promise.resolve({ kind: "delivered" }), message("garbage"));
    expect([asked, world.kept.length]).toEqual([[], 1]);
  });
});

describe("A9 the loop's own alarms", () => {
  const alarm = (NewStateValue: string, AlarmName = "dev-loop-sweep-missing-for-2-h-critical") =>
    message(
      JSON.stringify({
        AlarmName,
        AlarmDescription: "why",
        NewStateValue,
        NewStateReason: "r",
        StateChangeTime: "2026-03-02T14:15:00.000+0000",
      }),
    );

  async function told(text: ReturnType<typeof alarm>, set: readonly Channel[], answer: Delivery = { kind: "delivered" }) {
    const heard: string[] = [];
    const world = await TestWorld.make();
    const channels = Object.fromEntries(
      set.map((channel) => [channel, { deliver: ({ title }: Notice) => (heard.push(`${channel}: ${title}`), Promise.resolve(answer)) }]),
    );
    await deliverNotice(text, { ...world.loop, channels });
    return { heard, world };
  }

  // A loop whose only channel is a pager paged nobody when its sweep stood still: the alarms went to a topic without a reader.
  it.each([
    ["ALARM", ["pager-duty"], ["pager-duty: dev-loop-sweep-missing-for-2-h-critical went off"]],
    [
      "ALARM",
      ["pager-duty", "slack"],
      ["pager-duty: dev-loop-sweep-missing-for-2-h-critical went off", "slack: dev-loop-sweep-missing-for-2-h-critical went off"],
    ],
    ["ALARM", ["pager-duty", "e-mail"], ["pager-duty: dev-loop-sweep-missing-for-2-h-critical went off"]],
    ["OK", ["slack", "e-mail"], ["slack: dev-loop-sweep-missing-for-2-h-critical is over"]],
    ["OK", ["pager-duty"], []],
  ] as const)("A9 in state %s are told to those of %j that are not on the topic", async (state, set, expected) => {
    expect((await told(alarm(state), set)).heard).toEqual(expected);
  });

  it("A9 reach a pager as warnings too where nothing else is there", async () => {
    const warning = "dev-loop-workflow-failures-above-0-warning";
    expect((await told(alarm("ALARM", warning), ["pager-duty"])).heard).toEqual([`pager-duty: ${warning} went off`]);
    expect((await told(alarm("ALARM", warning), ["pager-duty", "e-mail"])).heard).toEqual([]);
  });

  // The count raises an alarm, whose message would be refused and counted, and so on until somebody notices the bill.
  it("A9 are not counted where they are refused", async () => {
    const { heard, world } = await told(alarm("ALARM"), ["slack"], { kind: "undeliverable", reason: "Slack answers 400" });
    expect([heard.length, world.counted, world.decisions.map(({ event }) => event)]).toEqual([1, [], ["health-notice.refused"]]);
  });
});
