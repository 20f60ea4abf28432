/** `policies/RULES.md`: every rule, for people. Pure. */
import { ADVISORY_ENVIRONMENTS, defaultLevel } from "../../policies/levels";
import { type Rule, RULES } from "../../policies/rules";

export function rulesDocument(): string {
  const services = [...new Set(RULES.map(({ name }) => serviceOf(name)))];
  const advisory = ADVISORY_ENVIRONMENTS.join(", ");
  return `# Rules

Made from the rules by \`npm run rules\`; do not edit. ${RULES.length} rules, one file each in \`policies/rules\`.

- \`npx modelloop policies [ENV...]\` holds the offline plan against them; \`npm start\` does so as one of its steps.
- \`pulumi preview --policy-pack policies\` runs the same rules in Pulumi's own analyzer, after \`npm ci\` has built \`dist/\`, to which
  \`policies/package.json\` points. In an installed package the folder is \`node_modules/modelloop/policies\`.
- A pack of your own: \`policiesFor\` and \`initialConfig\` of \`modelloop/policies\`.

Rules against public exposure, plain secrets and data loss are mandatory everywhere; the others advise in ${advisory} and are mandatory in every other
environment, by the stack's name. To Pulumi's analyzer the CLI does not tell that name (3.259): say it with \`MODELLOOP_ENVIRONMENT=${advisory} pulumi preview
--policy-pack policies\`; without it every rule is mandatory. A value that a preview does not know is told as unknown, never passed. Levels and settings are changed by
\`--config FILE\`, or Pulumi's \`--policy-pack-config\`. A rule reads a resource as Pulumi's program describes it: what else stands in the account, it does
not see.

The ceiling of costs needs a figure, which \`modelloop policies\` and \`npm start\` fill in from their own estimate; in Pulumi's analyzer the rule
\`budgets-limit-monthly-cost\` says nothing until \`estimatedMonthlyUsd\` is configured.

Run on Pulumi's own engine (3.259, with stand-in providers, 2026-11-21): the three environments pass, a deliberately bad one is stopped by 54 of the
rules. The other three fire offline only: the ceiling of costs without a figure, and two that the bad environment breaks inside a CloudFormation template, which is a
text to Pulumi. AWS's own rules for such templates (AwsSolutions of cdk-nag, where it is installed) read the constructs of the loop,
because what is acknowledged there with a reason stands in the construct tree and not in the template; \`modelloop policies\` and the report tell what they find and
what is acknowledged.

${services.map(section).join("\n")}`;
}

function section(service: string): string {
  const rules = RULES.filter(({ name }) => serviceOf(name) === service);
  return `## ${service}\n\n${rules.map(ruleText).join("\n")}`;
}

function ruleText(rule: Rule): string {
  const { name, wrong, why, severity, harm, requirements, settings } = rule;
  const [advisory = "dev"] = ADVISORY_ENVIRONMENTS;
  const level = defaultLevel(rule, advisory) === "mandatory" ? "mandatory everywhere" : `mandatory, in ${advisory} advisory`;
  const table = Object.entries(settings).map(([key, setting]) => `- \`${key}\` = \`${JSON.stringify(setting.default)}\`: ${setting.says}`);
  return [
    `### ${name}`,
    "",
    `${wrong} ${why}`,
    "",
    `${severity} · ${harm} · ${level} · ${requirements.join(", ")}`,
    "",
    ...table,
    ...(table.length > 0 ? [""] : []),
  ].join("\n");
}

function serviceOf(name: string): string {
  return name.split("-")[0] ?? name;
}
