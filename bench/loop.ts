/**
 * Time to synthesise the loop for a Pulumi program, and what comes out, for 1, 10 and 100 models. The ratio compares the time for one model more
 * with the time for one synthesis of the smallest loop, both measured here.
 *
 *     npx tsx bench/loop.ts
 */
import { synthesiseLoop, type SynthesisedLoop } from "../components/learning/model-loop/synthesis.cdk";

function synthesise(count: number): SynthesisedLoop {
  const models = Array.from({ length: count }, (_, index) => ({ name: `model-${index}` }));
  return synthesiseLoop({ environment: "dev", models, emailAddresses: ["ml@example.com"], allowDelete: false, given: [] });
}

function measure(count: number): { milliseconds: number; loop: SynthesisedLoop } {
  const began = performance.now();
  const loop = synthesise(count);
  return { milliseconds: performance.now() - began, loop };
}

// Loads the CDK's lazy parts.
synthesise(1);
const rows = [1, 10, 100].map((models) => ({ models, ...measure(models) }));
for (const { models, milliseconds, loop } of rows) {
  const template = String(loop.files.find(({ key }) => key === loop.templateKey)?.content);
  const { Resources } = JSON.parse(template) as { Resources: Record<string, unknown> };
  const templates = loop.files.filter(({ content }) => typeof content === "string");
  const bytes = templates.reduce((sum, { content }) => sum + content.length, 0);
  const code = loop.files.filter(({ content }) => typeof content !== "string").reduce((sum, { content }) => sum + content.length, 0);
  console.log(
    `${String(models).padStart(3)} models: ${milliseconds.toFixed(0)} ms, ${Object.keys(Resources).length} resources in the stack, its template ${template.length} bytes, ` +
      `${templates.length} templates of ${bytes} bytes, code ${code} bytes zipped`,
  );
}
const [one, , hundred] = rows;
if (one !== undefined && hundred !== undefined) {
  const more = (hundred.milliseconds - one.milliseconds) / 99;
  console.log(
    `a model more: ${more.toFixed(1)} ms, ${(more / one.milliseconds).toFixed(3)} of the smallest loop's ${one.milliseconds.toFixed(0)} ms`,
  );
}
