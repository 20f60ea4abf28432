import { Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** A finding of AwsSolutions that is right about the template and wrong about the loop, with the reason why. */
export function acknowledge(where: IConstruct, id: string, reason: string): void {
  Validations.of(where).acknowledge({ id, reason });
}

/** That a role may do something on all of `resource`; findings name resources so, what only CloudFormation will know in angle brackets. */
export function onAllOf(where: IConstruct, resource: string): string {
  return `AwsSolutions-IAM5[Resource::${found(Stack.of(where).resolve(resource))}]`;
}

function found(value: unknown): string {
  if (typeof value === "string") return value;
  const { Ref: ref, "Fn::GetAtt": attribute, "Fn::Join": join, "Fn::Select": select } = value as Record<string, unknown>;
  if (typeof ref === "string") return `<${ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join(".")}>`;
  if (Array.isArray(join)) return (join[1] as unknown[]).map(found).join(String(join[0]));
  if (Array.isArray(select)) return JSON.stringify(value);
  throw new Error(`cdk-nag's name for ${JSON.stringify(value)} is not known here`);
}
