/** Rules as Pulumi's policy SDK wants them. Types only: whoever imports the rules decides whether a pack is made of them. */
import type { PolicyConfigSchema, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { defaultLevel } from "./levels";
import { type ResourceRule, type Rule, sentence, type Setting, type StackRule, withDefaults } from "./rule";

export type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** @param environment decides the level where the user's configuration does not */
export function asPolicy(rule: Rule, environment: string): Policy {
  const facts = {
    name: rule.name,
    description: `${rule.wrong} ${rule.why}`,
    severity: rule.severity,
    enforcementLevel: defaultLevel(rule, environment),
    ...(Object.keys(rule.settings).length > 0 && { configSchema: schemaOf(rule) }),
  };
  return rule.kind === "resource" ? { ...facts, ...resourceCheck(rule) } : { ...facts, ...stackCheck(rule) };
}

function resourceCheck(rule: ResourceRule): Pick<ResourceValidationPolicy, "validateResource"> {
  return {
    validateResource: (args, report) => {
      if (rule.types.length > 0 && !rule.types.includes(args.type)) return;
      const config = withDefaults(rule, args.getConfig<Record<string, unknown>>());
      for (const fault of rule.check(args, config)) report(sentence(args.name, fault), (fault.of ?? args).urn);
    },
  };
}

function stackCheck(rule: StackRule): Pick<StackValidationPolicy, "validateStack"> {
  return {
    validateStack: (args, report) => {
      const config = withDefaults(rule, args.getConfig<Record<string, unknown>>());
      for (const fault of rule.check(args.resources, config)) report(sentence(undefined, fault), fault.of?.urn);
    },
  };
}

function schemaOf({ settings }: Rule): PolicyConfigSchema {
  const properties = Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [key, { ...typeOf(setting), default: setting.default, description: setting.says }]),
  );
  return { properties } as PolicyConfigSchema;
}

function typeOf({ default: value, minimum }: Setting) {
  if (Array.isArray(value)) return { type: "array", items: { type: "string" } };
  if (typeof value === "number") return { type: "number", ...(minimum !== undefined && { minimum }) };
  return { type: typeof value };
}
