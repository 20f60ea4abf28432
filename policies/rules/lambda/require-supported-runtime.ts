import { said, text } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

/** Day of deprecation: Lambda developer guide, "Lambda runtimes", as quoted by endoflife.date and AWS's table of 2026 (read 2026-11-21). */
const DEPRECATED_AFTER: Readonly<Record<string, string>> = {
  "nodejs18.x": "2025-09-01",
  "nodejs20.x": "2026-04-30",
  "nodejs22.x": "2027-04-30",
  "nodejs24.x": "2028-04-30",
  "python3.9": "2025-12-15",
  "python3.10": "2026-10-31",
  "python3.11": "2027-06-30",
  "python3.12": "2028-10-31",
  "python3.13": "2029-06-30",
  "python3.14": "2029-06-30",
  java25: "2029-06-30",
};

export const lambdaRequireSupportedRuntime = resourceRule({
  name: "lambda-require-supported-runtime",
  wrong: "A function runs on a runtime that AWS no longer mends.",
  why: "No fault in it is mended, and some day AWS refuses to update the function, on the day when an update is urgent.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["R1"],
  types: ["aws:lambda/function:Function", "AWS::Lambda::Function"],
  settings: { today: { default: "", says: "Day to judge by, as 2026-11-21; empty: the day it runs." } },
  compliant: [{ type: "aws:lambda/function:Function", name: "intake", props: { runtime: "nodejs24.x" } }],
  *check({ props }, { today }) {
    // A function made of an image brings its own.
    if (props["packageType"] === "Image") return;
    const runtime = text(props["runtime"]);
    const day = today === "" ? new Date().toISOString().slice(0, 10) : today;
    const cure = "use nodejs24.x, or python3.14";
    const end = DEPRECATED_AFTER[runtime ?? ""];
    if (end === undefined && !runtime?.startsWith("provided.al2023"))
      yield { found: `${said("runtime", runtime)}, which is not among those that this rule has dates of`, cure };
    else if (end !== undefined && day > end) yield { found: `${said("runtime", runtime)}, deprecated since ${end}`, cure };
  },
});
