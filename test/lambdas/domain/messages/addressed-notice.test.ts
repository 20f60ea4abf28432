import { readNotice } from "../../../../lambdas/domain/messages/addressed-notice";
import { noticeOfSwitch } from "../../../../lambdas/domain/notices";
import { NOW } from "../examples";

describe("a notice on its way", () => {
  const notice = noticeOfSwitch(true, "ada", "why", NOW);

  it("is read with its channel", () => {
    expect(readNotice(JSON.stringify({ channel: "slack", notice }))).toEqual({ kind: "notice", addressed: { channel: "slack", notice } });
  });

  it("fails to be read when it is none", () => {
    expect(readNotice(JSON.stringify({ channel: "pigeon", notice }))).toEqual({
      kind: "unreadable",
      faults: ['channel: Invalid option: expected one of "pager-duty"|"slack"|"e-mail"'],
    });
    expect(readNotice("garbage").kind).toBe("unreadable");
  });
});
