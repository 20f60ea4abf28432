import type { Notice } from "../domain/notices";

export type Delivery =
  | { kind: "delivered" }
  /** Trying again would be refused again. */
  | { kind: "undeliverable"; reason: string };

/** A way to reach people. */
export interface NoticeChannel {
  /** @throws where trying again may help. */
  deliver(notice: Notice): Promise<Delivery>;
}
