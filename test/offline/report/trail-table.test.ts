/** The trail as a table: short enough to be read, and nothing hidden without a word. */
import { type TrailRow, trailTable } from "../../../offline/report/trail-table";

const row = (more: Partial<TrailRow> = {}): TrailRow => ({
  ...{ time: "2026-03-05T08:46:00.632Z", event: "roll-out.stage", model: "fraud", user: "", reason: "1.1.0 gets 5 % of users", values: {} },
  ...more,
});
const drawn = (rows: readonly TrailRow[]): string => trailTable(rows, "rehearsal/audit.ndjson").text;

it("says when, what, why and by whom, with the figures folded", () => {
  const text = drawn([row({ user: "ana", values: { percent: 5, "f1 < 0.9": true } })]);
  expect(text).toContain('<time datetime="2026-03-05T08:46:00.632Z">Thu 08:46:00</time></td><td class="nowrap">roll-out.stage</td>');
  expect(text).toContain('1.1.0 gets 5 % of users <span class="muted">by ana</span>');
  expect(text).toContain("<summary>2 values</summary>");
  expect(text).toContain("<div>percent: 5</div><div>f1 &lt; 0.9: true</div>");
  expect(drawn([row()])).not.toContain("values</summary>");
});

it("names the models only where there are several", () => {
  expect(drawn([row(), row({ event: "loop.stopped", model: "" })])).not.toContain("fraud</div>");
  expect(drawn([row(), row({ model: "churn" })])).toContain('<div class="muted">churn</div>');
});

// 121 rows that say the same hide the one that does not.
it("writes what repeats once, and says how often; beyond 80 rows it says where the rest is", () => {
  const again = drawn([row(), row({ time: "2026-03-05T08:47:00.000Z" }), row({ reason: "other" })]);
  expect(again).toContain("<summary>3 records of the audit trail</summary>");
  expect(again.match(/<time/g)).toHaveLength(2);
  expect(again).toContain('<span class="chip">2 times</span>');
  const many = drawn(Array.from({ length: 90 }, (_, index) => row({ reason: `stage ${index}` })));
  expect(many.match(/<time/g)).toHaveLength(80);
  expect(many).toContain("And 10 records more, in <code>rehearsal/audit.ndjson</code>.");
});
