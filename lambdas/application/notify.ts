/** One notice through one channel. What is refused for good is counted and logged, or it would page nobody and be seen by nobody. */
import { LOOP_METRICS } from "../domain/loop-metrics";
import { readNotice } from "../domain/messages/addressed-notice";
import type { Channel } from "../domain/notices";
import type { NoticeChannel } from "../ports/notice-channel";
import type { Message } from "./loop";
import { quarantined, type QuarantiningLoop } from "./quarantine";

export interface NotifyingLoop extends QuarantiningLoop {
  /** Those that are set up. */
  channels: Partial<Record<Channel, NoticeChannel>>;
}

export async function deliverNotice(message: Message, loop: NotifyingLoop): Promise<void> {
  const read = readNotice(message.body);
  if (read.kind === "unreadable") return quarantined(message, read.faults, loop);
  const { channel, notice } = read.addressed;
  const delivery = (await loop.channels[channel]?.deliver(notice)) ?? { kind: "undeliverable", reason: "the channel is not set up" };
  const what = { channel, key: notice.key, severity: notice.severity, page: notice.page };
  if (delivery.kind === "delivered") loop.logbook.counted(LOOP_METRICS.delivered, what);
  else loop.logbook.counted(LOOP_METRICS.undeliverable, { ...what, title: notice.title, reason: delivery.reason });
}
