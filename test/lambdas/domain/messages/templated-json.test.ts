import fc from "fast-check";
import { parseTemplatedJson } from "../../../../lambdas/domain/messages/templated-json";

/** As a template writes it that escapes nothing. */
function templated(annotation: string): string {
  return `{"status": "firing","alerts": [{"labels": {"model": "a"},"annotations": {"summary": "${annotation}", "value": "1"},"startsAt": "now"}],"common": {"model": "a"}}`;
}

function summaryOf(parsed: unknown): unknown {
  return (parsed as { alerts: [{ annotations: { summary: string } }] }).alerts[0].annotations.summary;
}

describe("R8 JSON that a template has put together", () => {
  // The alert that is lost is the one whose text quotes something: a label, a query, a path.
  it.each([
    ["a quote", 'the "worst" feature'],
    ["a quote at either end", '"cpu"'],
    ["a comma after a quote", 'features "cpu", "memory", and others'],
    ["a selector", 'up{job="api"} is down'],
    ["a selector and a comma", 'up{job="api"}, twice'],
    ["a colon after a quote", 'the "rule": it fired'],
    ["a backslash", "C:\\runbooks\\drift"],
    ["a backslash before a quote", 'a \\"quote\\" that somebody escaped'],
    ["a line break and a tab", "first\nsecond\tthird"],
    ["brackets", "values [1, 2] {3}"],
  ])("is read with %s in a value", (_, annotation) => {
    const parsed = parseTemplatedJson(templated(annotation));
    // What happens to be JSON is read as JSON: an escaped quote then is one character.
    const expected = annotation.includes('\\"') ? [annotation, annotation.replaceAll('\\"', '"')] : [annotation];
    expect(expected).toContain(summaryOf(parsed));
  });

  it("is read whatever stands in a value that does not itself look like the rest of the message", () => {
    const harmless = fc.string({ unit: "grapheme" }).filter((text) => !/["\\]\s*[,}\]:]|\\/.test(text) && !text.endsWith("\\"));
    fc.assert(
      fc.property(harmless, (annotation) => {
        expect(summaryOf(parseTemplatedJson(templated(annotation)))).toBe(annotation);
      }),
    );
  });

  it("is read as it is where it is JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => expect(parseTemplatedJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))),
    );
  });

  it("is nothing where it is no JSON even so, whatever it is", () => {
    expect(parseTemplatedJson("")).toBeUndefined();
    expect(parseTemplatedJson("Alerts Firing:")).toBeUndefined();
    expect(parseTemplatedJson('{"cut": "off')).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void parseTemplatedJson(text)));
  });

  // A megabyte of quotes must not take the function's time.
  it("is given up on quickly", () => {
    const begin = performance.now();
    parseTemplatedJson(`{"a": "${'" , '.repeat(60_000)}`);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});
