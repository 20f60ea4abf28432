/** Writes policies/RULES.md from the rules. */
import fs from "node:fs";
import path from "node:path";
import { rulesDocument } from "../offline/policies/rules-document";

fs.writeFileSync(path.resolve(__dirname, "../policies/RULES.md"), rulesDocument());
