import type { Notice } from "../domain/notices";

export interface Notifier {
  /** Returns once the notice cannot be lost any more; people may hear of it later, or twice. */
  tell(notice: Notice): Promise<void>;
}
