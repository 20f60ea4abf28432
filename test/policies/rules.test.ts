import fs from "node:fs";
import path from "node:path";
import Ajv from "ajv";
import { defaultLevel } from "../../policies/levels";
import { Harm, initialConfig, policiesFor, RULES, Severity } from "../../policies/rules";
import { reconcile } from "../../offline/policies/configuration";
import { judged } from "./judged";

const ROOT = path.resolve(__dirname, "../..");
const VERBS = ["disallow", "require", "limit", "restrict"];

function rulePaths(): string[] {
  const folder = path.join(ROOT, "policies/rules");
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => /= (resource|stack)Rule\(/.test(fs.readFileSync(path.join(folder, file), "utf8")))
    .map((file) => file.split(path.sep).join("/").replace(/\.ts$/, ""));
}

describe("C3 the rules", () => {
  // A rule that is in no list judges nothing, and nobody notices.
  it("are those of the folder, each named after its file, once", () => {
    expect(RULES.map(({ name }) => name).sort()).toEqual(
      rulePaths()
        .map((file) => file.replace("/", "-"))
        .sort(),
    );
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  });

  it("each begin with a service and one of four verbs", () => {
    const named = new RegExp(`^[a-z0-9]+-(${VERBS.join("|")})(-[a-z0-9]+)+$`);
    expect(RULES.map(({ name }) => name).filter((name) => !named.test(name))).toEqual([]);
  });

  it.each(RULES.map((rule) => [rule.name, rule] as const))(
    "%s says what is wrong, why it matters and which requirement it stands for",
    (_name, rule) => {
      for (const text of [rule.wrong, rule.why]) expect(text).toMatch(/^[A-Z`].{20,}\.$/);
      expect(Object.values(Severity)).toContain(rule.severity);
      expect(Object.values(Harm)).toContain(rule.harm);
      expect(rule.requirements.length).toBeGreaterThan(0);
      for (const id of rule.requirements) expect(id).toMatch(/^[A-Z]\d{1,2}$/);
      expect(rule.types.length).toBeGreaterThan(0);
      for (const setting of Object.values(rule.settings)) expect(setting.says).toMatch(/^[A-Z].+\.$/);
    },
  );

  it.each(RULES.map((rule) => [rule.name, rule] as const))("%s finds nothing wrong with its compliant example", (_name, rule) => {
    expect(rule.compliant.length).toBeGreaterThan(0);
    expect(judged(rule, rule.compliant)).toEqual({ faults: [] });
  });
});

describe("C3 levels", () => {
  const level = (harm: Harm, environment: string) => defaultLevel({ harm }, environment);

  // What a development bucket shows is shown.
  it("are mandatory everywhere for exposure, plain secrets and data loss", () => {
    for (const harm of [Harm.Exposure, Harm.PlainSecret, Harm.DataLoss])
      expect(["dev", "staging", "prod"].map((environment) => level(harm, environment))).toEqual(["mandatory", "mandatory", "mandatory"]);
  });

  it("advise in dev otherwise, and hold every environment that nobody thought of", () => {
    expect(["dev", "staging", "prod", "pr-12"].map((environment) => level(Harm.Practice, environment))).toEqual([
      "advisory",
      "mandatory",
      "mandatory",
      "mandatory",
    ]);
  });

  // A misspelt rule in the pack's own configuration would change nothing, silently.
  it.each(["dev", "staging", "prod"])("of %s configure rules that there are, in a way that their schemas take", (environment) => {
    expect(reconcile(policiesFor(environment), initialConfig(environment)).faults).toEqual([]);
  });
});

it("C3 every schema of settings is one that a JSON schema validator compiles", () => {
  const ajv = new Ajv({ strict: false });
  for (const { configSchema } of policiesFor("prod")) {
    if (configSchema !== undefined) expect(() => ajv.compile({ type: "object", properties: configSchema.properties })).not.toThrow();
  }
});
