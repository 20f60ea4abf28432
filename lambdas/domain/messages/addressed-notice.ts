import { addressedNoticeSchema, type AddressedNotice } from "../notices";
import { faultsOf } from "./reading";
import { parseTemplatedJson } from "./templated-json";

export type ReadNotice = { kind: "notice"; addressed: AddressedNotice } | { kind: "unreadable"; faults: string[] };

export function readNotice(body: string): ReadNotice {
  const { success, data, error } = addressedNoticeSchema.safeParse(parseTemplatedJson(body));
  return success ? { kind: "notice", addressed: data } : { kind: "unreadable", faults: faultsOf(error) };
}
