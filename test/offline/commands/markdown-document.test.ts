import type { EnvironmentOutcome } from "../../../offline/commands/environment";
import { markdownDocument } from "../../../offline/commands/markdown-document";

const NO_CHANGE = { created: [], deleted: [], changed: [], moved: [], unchanged: 3, outputs: [], secretsNotCompared: 0 };

const held: EnvironmentOutcome = {
  ...{
    environment: "dev",
    project: "p",
    ok: true,
    steps: [],
    refusals: [],
    notes: [],
    files: {},
    programOutput: [],
    open: [],
    unknowns: 0,
  },
  layers: [{ layer: "data", components: 1, resources: 3, protected: 1 }],
};

function resource(name: string) {
  return { urn: `urn:${name}`, type: "aws:s3/bucket:Bucket", name };
}

describe("C4 the summary under a pull request", () => {
  it("has a line for each environment: whether it holds, what changes, what it costs", () => {
    const cost = { totalUsd: 375.26, complete: true } as NonNullable<EnvironmentOutcome["cost"]>;
    const lines = markdownDocument([{ ...held, cost, changes: { against: "base", diff: NO_CHANGE, templates: [] } }]).split("\n");
    expect(lines).toEqual([
      "| environment | holds | resources | changes | USD a month |",
      "|---|---|---:|---|---:|",
      "| dev | yes | 3 | none | 375.26 |",
      "",
    ]);
  });

  // A reviewer who has to look for the deletion among forty changes does not find it.
  it("puts what is deleted first, and says which step refuses", () => {
    const steps = [{ name: "policies", status: "refused" as const, summary: [], seconds: 1 }];
    const diff = { ...NO_CHANGE, created: [resource("new")], deleted: [resource("models")] };
    const text = markdownDocument([
      { ...held, ok: false, steps, refusals: ["The bucket is open:\n  - close it"], changes: { against: "base", diff, templates: [] } },
    ]);
    expect(text).toContain("| dev | **no** (policies) | 3 | 1 created, 1 **deleted** |  |");
    expect(text).toContain("<details><summary>Refused (1)</summary>\n\n- The bucket is open:\n    - close it\n\n</details>");
    expect(text.indexOf("- **deleted** `models` aws:s3/bucket:Bucket")).toBeLessThan(text.indexOf("- created `new`"));
  });

  it("names what CloudFormation would replace", () => {
    const changed = [{ id: "Ledger", type: "AWS::DynamoDB::Table", replaced: "yes" as const, properties: [] }];
    const templates = [{ template: "loop", status: "kept" as const, added: [], removed: [], changed, unchanged: 9 }];
    const diff = { ...NO_CHANGE, created: [resource("new")] };
    expect(markdownDocument([{ ...held, changes: { against: "base", diff, templates } }])).toContain(
      "- template `loop`: 0 added, 0 removed, 1 changed; **replaced**: Ledger (1 resource)",
    );
  });

  it("stays within what a comment may be, and says that it was cut", () => {
    const text = markdownDocument([{ ...held, notes: Array.from({ length: 5_000 }, () => "a note of a program that has much to say") }]);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/cut here; the whole lies in the artifact/);
  });
});
