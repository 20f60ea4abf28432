/** Scenarios as files. */
import fs from "node:fs";
import path from "node:path";
import { parse, YAMLParseError } from "yaml";
import { PACKAGE_ROOT } from "../../package-root";
import { parseScenario, type Scenario, ScenarioError } from "./schema";

/** @throws ScenarioError */
export function readScenario(file: string): Scenario {
  if (!fs.existsSync(file))
    throw new ScenarioError(`${file} is no scenario:\n  - there is no such file: name one, or leave it out to rehearse all`);
  try {
    return parseScenario(path.basename(file), parse(fs.readFileSync(file, "utf8")));
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new ScenarioError(`${path.basename(file)} is no scenario:\n  - it is no YAML: ${error.message.split("\n")[0]}`);
  }
}

/** All of a folder, by name. @param folder by default the package's own */
export function scenarioFiles(folder: string = path.join(PACKAGE_ROOT, "scenarios")): string[] {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  return files.sort().map((file) => path.join(folder, file));
}
