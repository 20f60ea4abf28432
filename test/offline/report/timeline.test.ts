/** The picture of a rehearsal: what it shows of hours and of weeks, and what it says to those who hear the page. */
import { timeline } from "../../../offline/report/timeline";

const starts = Date.parse("2026-03-02T08:00:00Z");
const HOUR = 3_600_000;

function labels(hours: number): string[] {
  const { text } = timeline({ starts, ends: starts + hours * HOUR, lanes: [] });
  return [...text.matchAll(/<text class="(?:day|hour)"[^>]*>([^<]+)</g)].map(([, label = ""]) => label);
}

test("hours are marked as closely as there is room for, and midnights by their day", () => {
  expect(labels(6)).toEqual(["08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00"]);
  expect(labels(48)).toEqual(["12:00", "18:00", "Tue", "06:00", "12:00", "18:00", "Wed", "06:00"]);
  for (const hours of [1, 6, 31, 54, 168, 1_000, 9_000]) expect(labels(hours).length).toBeLessThanOrEqual(13);
});

test("a bar spans its time, the shortest can still be seen, and each says what it is", () => {
  const bars = [
    { from: starts, to: starts + 5 * HOUR, mood: "bad" as const, says: "data-drift critical" },
    { from: starts + 9 * HOUR, to: starts + 9 * HOUR, mood: "good" as const, says: "run <1>: promoted" },
  ];
  const marks = [{ at: starts + 10 * HOUR, mood: "plain" as const, says: "Slack" }];
  const { text } = timeline({ starts, ends: starts + 10 * HOUR, lanes: [{ name: "runs", bars, marks }] });
  const widths = [...text.matchAll(/<rect class="(\w+)" x="[\d.]+" y="[\d.]+" width="([\d.]+)"/g)].map(([, mood, width]) => [mood, width]);
  expect(widths).toEqual([
    ["bad", "490"],
    ["good", "3"],
  ]);
  expect(text).toContain("<title>run &lt;1&gt;: promoted</title>");
  expect(text).toContain('aria-label="runs: data-drift critical; run &lt;1&gt;: promoted; Slack"');
});

test("a lane in which nothing happened says so", () => {
  expect(timeline({ starts, ends: starts + HOUR, lanes: [{ name: "runs", bars: [], marks: [] }] }).text).toContain(
    'aria-label="runs: nothing"',
  );
});
