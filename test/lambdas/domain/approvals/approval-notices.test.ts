import { answered } from "../../../../lambdas/domain/approvals/approval";
import {
  noticeOfAsking,
  noticeOfReminder,
  noticeOfUndelivered,
  noticeOfVerdict,
} from "../../../../lambdas/domain/approvals/approval-notices";
import { channelsOf, noticeSchema } from "../../../../lambdas/domain/notices";
import { inHours, NOW } from "../examples";
import { ADA, PROMOTION, record, RUN } from "./examples";

const howTo = (question: string) => [
  `npx modelloop approve ${RUN} --question ${question} --reason "..." (or reject), by 1 of arn:aws:iam::123456789012:role/ml-lead, arn:aws:iam::123456789012:role/qa-lead`,
  `until ${inHours(48)}; silence is a refusal`,
];
const how = howTo("release");

it("R4 A9 people are asked by e-mail and Slack: why, on which figures, how, and until when", () => {
  const asking = noticeOfAsking(record(), ["anomaly_xgboost: f1 above 0.85: 0.91"], NOW);
  expect(asking).toMatchObject({
    title: "log-anomaly: version 7 (1.3.0) waits for approval",
    lines: ["why a person decides: accuracy fell by 6 points", "anomaly_xgboost: f1 above 0.85: 0.91", ...how],
  });
  expect(asking && channelsOf(asking)).toEqual(["slack", "e-mail"]);
});

// Both questions are about one run: under one key the second would be taken for told.
it("R4 O2 the second question is told in its own words, under keys of its own", () => {
  const promotion = record({ ...PROMOTION, because: ["labels did not come for 48 hours"] });
  const counted = answered(promotion, { by: ADA, verdict: "refused", reason: "wait", at: inHours(1) });
  const refused = counted.kind === "counted" ? counted.record : promotion;
  const told = [
    noticeOfAsking(promotion, ["r42 has had 100 % of the traffic"], NOW),
    noticeOfReminder(promotion, "remind", inHours(5)),
    noticeOfUndelivered(refused, NOW),
    noticeOfVerdict(refused, NOW),
    noticeOfVerdict({ ...refused, verdict: "approved" }, NOW),
  ];
  expect(told.map((each) => [each?.key, each?.title])).toEqual([
    [`${RUN}/promotion/asked`, "log-anomaly: promote version 7 (1.3.0) without labels?"],
    [`${RUN}/promotion/remind`, `log-anomaly: version 7 still waits for whether it is promoted without labels, until ${inHours(48)}`],
    [`${RUN}/promotion/undelivered`, "log-anomaly: the answer about version 7 has not reached its run"],
    [`${RUN}/promotion/refused`, "log-anomaly: version 7 is not to be promoted without labels, and is rolled back"],
    [`${RUN}/promotion/approved`, "log-anomaly: version 7 is to be promoted without labels"],
  ]);
  expect(told[0]?.lines).toEqual([
    "why a person decides: labels did not come for 48 hours",
    "r42 has had 100 % of the traffic",
    "approve: it stays with all users; reject: they get the release before it again",
    ...howTo("promotion"),
  ]);
});

it("R4 A9 they are reminded, and before silence decides somebody is woken", () => {
  const [first, last] = (["remind", "escalate"] as const).map((kind) => noticeOfReminder(record(), kind, inHours(5)));
  expect(first).toMatchObject({
    ...{ page: false, severity: "warning", lines: ["0 of 1 have approved", ...how] },
    title: `log-anomaly: version 7 still waits for approval, until ${inHours(48)}`,
  });
  expect(last && channelsOf(last)).toEqual(["pager-duty", "slack", "e-mail"]);
  expect(first?.key).not.toBe(last?.key);
});

it("R4 A9 they hear what was decided, by whom and why, and what did not arrive", () => {
  const counted = answered(record(), { by: ADA, verdict: "refused", reason: "the groups differ", at: inHours(1) });
  const refused = counted.kind === "counted" ? counted.record : record();
  expect(noticeOfVerdict(refused, inHours(1))).toMatchObject({
    ...{ title: "log-anomaly: version 7 was refused", severity: "warning", lines: [`refused by ${ADA}: the groups differ`] },
  });
  expect(noticeOfVerdict(record(), NOW)).toBeUndefined();
  expect(noticeOfUndelivered(refused, NOW)).toMatchObject({
    title: "log-anomaly: the answer about version 7 has not reached its run",
    lines: ["it was refused; any approver may say it again, and it is then delivered", ...how],
  });
  for (const each of [noticeOfVerdict(refused, NOW), noticeOfUndelivered(refused, NOW)]) expect(noticeSchema.parse(each)).toEqual(each);
});
