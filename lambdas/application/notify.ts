/** One notice through one channel. What is refused for good is counted and logged, or it would page nobody and be seen by nobody. */
import { LOOP_METRICS } from "../domain/loop-metrics";
import { readNotice } from "../domain/messages/addressed-notice";
import { readHealthAlarm } from "../domain/messages/health-alarm";
import { type AddressedNotice, type Channel, CHANNELS, channelsOf, type Notice, takerOf } from "../domain/notices";
import type { Delivery, NoticeChannel } from "../ports/notice-channel";
import type { Message } from "./loop";
import { quarantined, type QuarantiningLoop } from "./quarantine";

export interface NotifyingLoop extends QuarantiningLoop {
  /** Those that are set up. */
  channels: Partial<Record<Channel, NoticeChannel>>;
}

export async function deliverNotice(message: Message, loop: NotifyingLoop): Promise<void> {
  const alarm = readHealthAlarm(message.body);
  if (alarm !== undefined) {
    return alarm.kind === "unreadable" ? quarantined(message, alarm.faults, loop) : tellOfTheLoop(alarm.notice, loop);
  }
  const read = readNotice(message.body);
  if (read.kind === "unreadable") return quarantined(message, read.faults, loop);
  const { notice } = read.addressed;
  const { taker, delivery } = await handOver(read.addressed, loop);
  const what = { channel: taker ?? read.addressed.channel, key: notice.key, severity: notice.severity, page: notice.page };
  if (delivery.kind === "delivered") loop.logbook.counted(LOOP_METRICS.delivered, what);
  else if (delivery.kind === "undeliverable")
    loop.logbook.counted(LOOP_METRICS.undeliverable, { ...what, title: notice.title, reason: delivery.reason });
}

interface Handed {
  taker?: Channel;
  /** Whatever is said by another channel, or was said before, is no loss. */
  delivery: Delivery | { kind: "told otherwise" };
}

async function handOver(addressed: AddressedNotice, { channels }: NotifyingLoop): Promise<Handed> {
  const given = CHANNELS.filter((each) => channels[each] !== undefined);
  if (given.length === 0) return { delivery: { kind: "undeliverable", reason: "no channel is set up" } };
  const taker = takerOf(addressed, given);
  if (taker === undefined) return { delivery: { kind: "told otherwise" } };
  const delivery = await channels[taker]?.deliver(addressed.notice);
  return { taker, delivery: delivery ?? { kind: "told otherwise" } };
}

/**
 * To all channels but e-mail, which is subscribed to these alarms itself. What is refused is not counted: the count raises an alarm, and that
 * alarm's own message would be refused and counted, for ever.
 *
 * @throws where one of them may take it when it is tried again; the others then hear of it twice, and a pager joins the two.
 */
async function tellOfTheLoop(notice: Notice | undefined, loop: NotifyingLoop): Promise<void> {
  if (notice === undefined) return;
  const meant = channelsOf(notice).filter((channel) => channel !== "e-mail" || loop.channels[channel] === undefined);
  const failures: unknown[] = [];
  for (const channel of meant) {
    const { delivery } = await handOver({ channel, notice }, loop).catch((error: unknown): Handed => {
      failures.push(error);
      return { delivery: { kind: "told otherwise" } };
    });
    if (delivery.kind === "undeliverable")
      loop.logbook.decided({ event: "health-notice.refused", reason: delivery.reason, values: { channel, key: notice.key } });
  }
  if (failures.length > 0) throw new AggregateError(failures, `${notice.key} was not taken by all its channels`);
}
