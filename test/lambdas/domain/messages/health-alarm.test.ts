import { readHealthAlarm } from "../../../../lambdas/domain/messages/health-alarm";

const firing = {
  AlarmName: "dev-loop-intake-dead-letters-above-0-critical",
  AlarmDescription: "Messages were given up. Runbook: docs/runbooks/intake-dead-letters.md",
  NewStateValue: "ALARM",
  NewStateReason: "Threshold Crossed",
  StateChangeTime: "2026-03-02T14:15:00.123+0000",
};

const read = (change: object = {}) => readHealthAlarm(JSON.stringify({ ...firing, ...change }));

// Whoever is woken by it needs the runbook, and not to be woken twice by one alarm.
test("A9 an alarm of the loop becomes a page with its description, one incident for each alarm", () => {
  expect(read()).toEqual({
    kind: "notice",
    notice: {
      ...{ schemaVersion: 1, severity: "critical", page: true, repeated: false, at: "2026-03-02T14:15:00.123Z" },
      key: "dev-loop-intake-dead-letters-above-0-critical/2026-03-02T14:15:00.123Z",
      group: "loop/dev-loop-intake-dead-letters-above-0-critical",
      title: "dev-loop-intake-dead-letters-above-0-critical went off",
      lines: ["Messages were given up. Runbook: docs/runbooks/intake-dead-letters.md", "Threshold Crossed"],
    },
  });
});

test("A9 its end is news, and what is not known is nothing", () => {
  const title = "dev-loop-intake-dead-letters-above-0-critical is over";
  expect(read({ NewStateValue: "OK" })).toMatchObject({ notice: { severity: "info", page: false, title } });
  expect(read({ NewStateValue: "INSUFFICIENT_DATA" })).toEqual({ kind: "notice", notice: undefined });
  // Each deployment makes a dozen alarms, and none of them has ended anything.
  expect(read({ NewStateValue: "OK", OldStateValue: "INSUFFICIENT_DATA" })).toEqual({ kind: "notice", notice: undefined });
});

// A pager that rings at each deployment is muted by the second.
test("A9 an alarm that goes off as it is made is told and wakes nobody", () => {
  expect(read({ OldStateValue: "INSUFFICIENT_DATA" })).toMatchObject({ notice: { severity: "critical", page: false } });
  expect(read({ OldStateValue: "OK" })).toMatchObject({ notice: { severity: "critical", page: true } });
});

test("an alarm whose name says no severity pages", () => {
  expect(read({ AlarmName: "odd" })).toMatchObject({ notice: { severity: "critical", page: true } });
});

test("what is no alarm is left to others, and an alarm that cannot be read is said to be none", () => {
  expect([readHealthAlarm("text"), readHealthAlarm("{}")]).toEqual([undefined, undefined]);
  expect(read({ StateChangeTime: "noon" })).toEqual({
    kind: "unreadable",
    faults: ['StateChangeTime: "noon" is not a time; write it as 2026-03-02T14:15:00.000Z'],
  });
});
