import { type PolicyConfiguration, reconcile } from "../../../offline/policies/configuration";
import type { Policy } from "../../../policies/rules";

const policies = [
  {
    name: "backups",
    description: "",
    enforcementLevel: "mandatory",
    configSchema: { properties: { days: { type: "number", default: 7, minimum: 1 } } },
    validateResource: () => undefined,
  },
  {
    name: "tags",
    description: "",
    configSchema: { properties: { owner: { type: "string" } }, required: ["owner"] },
    validateResource: () => undefined,
  },
] as unknown as Policy[];

function reconciled(...layers: PolicyConfiguration[]) {
  const { policies: found, faults } = reconcile(policies, ...layers);
  return { ...Object.fromEntries(found), faults: [...faults] };
}

const owner = { tags: { owner: "ml" } };

describe("C3 the configuration of a pack is reconciled as the CLI does", () => {
  it("takes the policy's level and the schema's defaults, and advises where a policy says nothing", () => {
    expect(reconciled(owner)).toEqual({
      backups: { level: "mandatory", settings: { days: 7 } },
      tags: { level: "advisory", settings: { owner: "ml" } },
      faults: [],
    });
  });

  it("lets the user's layer win over the pack's, and a policy's own level over that of all", () => {
    expect(
      reconciled({ ...owner, backups: { days: 14 } }, { all: "disabled", backups: { enforcementLevel: "advisory", days: 30 } }),
    ).toEqual({
      backups: { level: "advisory", settings: { days: 30 } },
      tags: { level: "disabled", settings: { owner: "ml" } },
      faults: [],
    });
  });

  it("takes a level alone as a text", () => {
    expect(reconciled(owner, { backups: "disabled" })).toMatchObject({ backups: { level: "disabled" } });
  });

  // A pack that runs with half of its settings judges by rules that nobody wrote.
  it("refuses what the schemas do not take, what is missing, and what it does not know, all at once", () => {
    expect(reconciled({ backups: { days: "many" }, backup: "disabled" }).faults).toEqual([
      "backup is configured, and no policy has that name: remove it, or name one that RULES.md has",
      "backups: days must be number",
      "tags: its configuration must have required property 'owner'",
    ]);
  });

  it("refuses a level that there is not", () => {
    expect(reconciled(owner, { backups: "strict" }).faults).toEqual([
      'backups: its level is "strict"; use advisory, mandatory or disabled',
    ]);
  });

  it("does not judge the settings of a policy that is disabled", () => {
    expect(reconciled({ tags: "disabled" }).faults).toEqual([]);
  });
});
