/** What a real NGINX makes of these lines, the tests of the two configurations that have them show. */
import { jsonAnswer, ownRefusals } from "../../../lambdas/domain/nginx-refusals";

// A list of statuses without an answer for each would be a page in HTML once more, and NGINX accepts it without a word.
it("S3 every answer of NGINX's own has a place that answers it in JSON, and that nobody can ask for", () => {
  const text = ownRefusals().join("\n");
  const led = [...text.matchAll(/^error_page (\d+) =(\d+) (\S+);$/gm)].map(([, of, status, place]) => [of, status, place]);
  const answered = [...text.matchAll(/^location = (\S+) \{ internal; return (\d+) '(.*)'; \}$/gm)];
  expect(led.map(([of, status]) => [of, status])).toEqual([
    ...[
      ["400", "400"],
      ["494", "431"],
      ["405", "405"],
      ["414", "414"],
    ],
    ...[
      ["500", "500"],
      ["501", "501"],
      ["505", "505"],
    ],
  ]);
  expect(answered.map(([, place, status]) => [status, place])).toEqual(led.map(([, status, place]) => [status, place]));
  // An apostrophe would end NGINX's text, a dollar begin a variable.
  for (const [, , , json = ""] of answered)
    expect(JSON.parse(json)).toEqual({ error: expect.stringMatching(/^[^'$;{}]+: [^'$;{}]+$/) as string });
});

it("S3 a refusal is one sentence in JSON", () => {
  expect(jsonAnswer(415, "the body is compressed: send it plain")).toBe(`return 415 '{"error":"the body is compressed: send it plain"}';`);
});
