/** CloudFormation's intrinsic functions, as far as synthesised templates of the loop use them. */
import type { Json } from "../../engine/recording";
import { NotRehearsedError } from "../outside/exchange";
import { ACCOUNT, REGION } from "../standins/arns";

export interface Scope {
  ref(name: string): Json;
  attribute(name: string, attribute: string): Json;
  mapping(name: string, first: string, second: string): Json;
}

const PSEUDO: Record<string, Json> = {
  "AWS::AccountId": ACCOUNT,
  "AWS::Partition": "aws",
  "AWS::Region": REGION,
  "AWS::StackName": "rehearsal",
  "AWS::URLSuffix": "amazonaws.com",
};

const FUNCTIONS: Record<string, (given: Json, scope: Scope) => Json> = {
  Ref: (name, scope) => PSEUDO[name as string] ?? scope.ref(name as string),
  "Fn::GetAtt": (given, scope) => {
    const [name = "", ...attribute] = Array.isArray(given) ? (given as string[]) : (given as string).split(".");
    return scope.attribute(name, attribute.join("."));
  },
  "Fn::Join": (given, scope) => {
    const [separator, parts] = given as [string, Json];
    return (resolve(parts, scope) as string[]).join(separator);
  },
  "Fn::Select": (given, scope) => {
    const [index, items] = resolve(given, scope) as [number | string, Json[]];
    return items[Number(index)] ?? null;
  },
  "Fn::FindInMap": (given, scope) => {
    const [name, first, second] = resolve(given, scope) as [string, string, string];
    return scope.mapping(name, first, second);
  },
  "Fn::Split": (given, scope) => {
    const [separator, text] = resolve(given, scope) as [string, string];
    return text.split(separator);
  },
  "Fn::Sub": (given, scope) => {
    const [text, values] = (Array.isArray(given) ? given : [given, {}]) as [string, { [key: string]: Json }];
    return text.replace(/\$\{([^}!]+)\}/g, (_, name: string) => {
      const value = values[name] ?? PSEUDO[name];
      if (value !== undefined) return textOf(resolve(value, scope));
      const [resource = "", ...attribute] = name.split(".");
      return textOf(attribute.length > 0 ? scope.attribute(resource, attribute.join(".")) : scope.ref(resource));
    });
  },
};

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function resolve(value: Json, scope: Scope): Json {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[name, given] = ["", null]] = entries;
  if (entries.length === 1 && (name === "Ref" || name.startsWith("Fn::"))) {
    const known = FUNCTIONS[name];
    if (known === undefined) throw new NotRehearsedError(`the intrinsic function ${name}`);
    return known(given, scope);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, scope)]));
}
