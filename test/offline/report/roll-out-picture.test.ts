/** The picture of a roll-out: where users were, what ended it, and words that can be read. */
import { type RollOutPicture, rollOutPicture } from "../../../offline/report/roll-out-picture";
import fc from "fast-check";

const starts = Date.parse("2026-03-05T08:00:00Z");
const HOUR = 3_600_000;
const at = (hours: number): number => starts + hours * HOUR;

const PICTURE: RollOutPicture = {
  ...{ starts, ends: at(20), candidate: "1.1.0", old: "1.0.0" },
  steps: [
    { at: at(5), percent: 5 },
    { at: at(10), percent: 50 },
    { at: at(15), percent: 0 },
  ],
  stages: [
    { percent: 5, from: at(5), to: at(10) },
    { percent: 50, from: at(10), to: at(10.2) },
  ],
  turns: [{ at: at(15), kind: "rolled back" }],
  lanes: [{ name: "approval", bars: [{ from: at(1), to: at(2), mood: "warn", says: "asked" }], marks: [] }],
  decisions: [{ at: at(15), mood: "bad", label: "rolled <back>", says: "errors: traffic is rolled back" }],
};

it("draws the split in steps, as high as its share and from the instant on at which users had it", () => {
  // 746 units wide from 96 on, 112 high down to 160.
  expect(/class="new" d="([^"]+)"/.exec(rollOutPicture(PICTURE).text)?.[1]).toBe("M282.5 160H282.5V154.4H469V104H655.5V160H842V160Z");
});

it("names the stages that there is room to name, and all of them to whoever points or listens", () => {
  const { text } = rollOutPicture(PICTURE);
  expect([...text.matchAll(/<text class="stage"[^>]*>([^<]+)</g)].map(([, name]) => name)).toEqual(["stage 1 · 5 %"]);
  expect([...text.matchAll(/<title>(stage[^<]+)</g)].map(([, name]) => name)).toEqual(["stage 1: 5 %", "stage 2: 50 %"]);
  expect(text).toContain(
    'role="img" aria-label="1.1.0, in place of 1.0.0: 5 %, 50 % of users, rolled back. approval: asked. Decisions: errors: traffic is rolled back."',
  );
});

// Red alone is nothing to whoever does not see it, and a word alone is not seen in time.
it("shows a way back as an area, a line and words, and a promotion without the area", () => {
  const back = rollOutPicture(PICTURE).text;
  expect(back).toMatch(/<rect class="back" x="655.5" [^>]*width="186.5"/);
  expect(back).toContain(">✗ rolled back</text>");
  const { text } = rollOutPicture({ ...PICTURE, turns: [{ at: at(15), kind: "promoted" }] });
  expect(text).not.toContain('class="back"');
  expect(text).toContain(">✓ promoted</text>");
});

it("takes words of a program for words", () => {
  expect(rollOutPicture(PICTURE).text).toContain(">rolled &lt;back&gt;</text>");
});

it("is drawn of a first release and of nothing at all", () => {
  const { old: _none, ...first } = PICTURE;
  expect(rollOutPicture(first).text).toContain('aria-label="1.1.0, the first release: ');
  const empty = { starts, ends: starts, candidate: "1.0.0", steps: [], stages: [], turns: [], lanes: [], decisions: [] };
  expect(rollOutPicture(empty).text).not.toMatch(/NaN|Infinity|undefined/);
});

// Decisions come in heaps: six within an hour, then none for a day. One word across another, and neither is read.
it("never writes one label over another, nor draws a line through one", () => {
  const instants = fc.array(fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), fc.integer({ min: 1, max: 14 })), { maxLength: 30 });
  fc.assert(
    fc.property(instants, (marks) => {
      const sorted = [...marks].sort(([one], [other]) => one - other);
      const decisions = sorted.map(([hours, length], index) => ({
        ...{ at: at(hours), mood: "good" as const, says: "" },
        label: `${index}`.padEnd(length, "x"),
      }));
      const { text } = rollOutPicture({ ...PICTURE, lanes: [], decisions });
      const below = text.slice(text.indexOf(">decisions</text>"));
      const words = [...below.matchAll(/<text x="([\d.]+)" y="([\d.]+)">([^<]*)</g)].map(([, x, y, word = ""]) => ({
        ...{ left: Number(x), right: Number(x) + word.length * 6.3, bottom: Number(y), top: Number(y) - 11 },
      }));
      const lines = [...below.matchAll(/class="flag" x1="([\d.]+)" y1="([\d.]+)" x2="[\d.]+" y2="([\d.]+)"/g)].map(([, x, from, to]) => ({
        ...{ x: Number(x), from: Number(from), to: Number(to) },
      }));
      for (const [index, one] of words.entries()) {
        for (const other of words.slice(index + 1)) {
          expect(one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom).toBe(false);
        }
        expect(lines.some(({ x, from, to }) => x > one.left && x < one.right && from < one.bottom && to > one.top)).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});
