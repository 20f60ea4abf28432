import fs from "node:fs";
import path from "node:path";
import { rulesDocument } from "../../../offline/policies/rules-document";

// People choose what to disable by this page.
it("RULES.md is what npm run rules writes", () => {
  expect(fs.readFileSync(path.resolve(__dirname, "../../../policies/RULES.md"), "utf8")).toBe(rulesDocument());
});
