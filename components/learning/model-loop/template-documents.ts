/** What stands inside a synthesised template, for those who want to read, check or rehearse it without an account. */

export interface CloudFormationTemplate {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

/**
 * Definitions of the state machines by logical id, as the JSON that Step Functions would be given. What only CloudFormation will know stands in
 * as `${LogicalId}` and `${LogicalId.Attribute}`; `AWS::Partition` is `aws`, because resources of tasks are compared by their text.
 */
export function stateMachineDefinitions({ Resources }: CloudFormationTemplate): Record<string, string> {
  const machines = Object.entries(Resources).filter(([, { Type }]) => Type === "AWS::StepFunctions::StateMachine");
  return Object.fromEntries(machines.map(([id, { Properties }]) => [id, asText(Properties?.["DefinitionString"])]));
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (isMapping(value)) {
    const { "Fn::Join": join, Ref: ref, "Fn::GetAtt": attribute, "Fn::FindInMap": found, "Fn::Sub": substituted } = value;
    if (Array.isArray(join)) return (join[1] as unknown[]).map(asText).join(String(join[0]));
    if (typeof ref === "string") return ref === "AWS::Partition" ? "aws" : `\${${ref}}`;
    if (Array.isArray(attribute)) return `\${${attribute.join(".")}}`;
    if (typeof substituted === "string") return substituted;
    if (Array.isArray(found)) return `\${${found.map((part) => (isMapping(part) ? String(part["Ref"]) : String(part))).join(".")}}`;
  }
  throw new Error(
    `a definition holds ${JSON.stringify(value)}, which is neither text, Ref, Fn::GetAtt, Fn::FindInMap, Fn::Sub nor Fn::Join`,
  );
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
