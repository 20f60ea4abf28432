import { cidrFaults } from "../../foundation/network/cidr";
import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import {
  ALL_NAMESPACES,
  type HttpsEgress,
  type NamespacePlan,
  type NamespacesShape,
  planNamespaces,
  PlatformNamespace,
  PodSecurity,
} from "./namespaces";
import { isOpenRange } from "../../shared/open-ranges";
import { CHARTS, type AddOnChart } from "../add-ons/add-ons";
import { orderFaults, quantityFaults } from "../../shared/quantity";

/** Kubernetes' names, of namespaces too: RFC 1123 labels. */
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function namespacesFaults(shape: NamespacesShape): string[] {
  const { namespaces = ALL_NAMESPACES, extraNamespaces = [], settings = [], httpsEgress = [], allowHttpsToAnywhere = false } = shape;
  const names: readonly string[] = [...namespaces, ...extraNamespaces];
  return [
    ...namespaces.flatMap((name, index) => platformNamespaceFaults(`namespaces[${index}]`, name)),
    ...extraNamespaces.flatMap((name, index) => ownNamespaceFaults(`extraNamespaces[${index}]`, name)),
    ...repeatFaults("namespaces", names),
    ...repeatFaults(
      "settings",
      settings.map(({ namespace }) => namespace),
    ),
    ...settings.flatMap((each, index) => unknownNamespaceFaults(`settings[${index}].namespace`, each.namespace, names)),
    ...planNamespaces({ ...shape, settings: settings.filter(({ namespace }) => names.includes(namespace)) }).flatMap(planFaults),
    ...repeatFaults(
      "httpsEgress",
      httpsEgress.map(({ name }) => name),
    ),
    ...httpsEgress.flatMap((egress, index) => egressFaults(`httpsEgress[${index}]`, egress, names, allowHttpsToAnywhere)),
  ];
}

function platformNamespaceFaults(property: string, name: string): string[] {
  const known: string[] = Object.values(PlatformNamespace);
  if (known.includes(name)) return [];
  return [
    `${property} is ${JSON.stringify(name)}; the platform's are ${known.join(", ")}: use one of these, or name it in extraNamespaces`,
  ];
}

function labelFaults(property: string, name: string): string[] {
  if (NAME.test(name)) return [];
  return [`${property} is ${JSON.stringify(name)}; Kubernetes takes up to 63 lower-case letters, digits and hyphens: choose such a name`];
}

function ownNamespaceFaults(property: string, name: string): string[] {
  const malformed = labelFaults(property, name);
  if (malformed.length > 0) return malformed;
  if (name === "default" || name.startsWith("kube-")) {
    return [`${property} is ${name}; it is Kubernetes' own, and pods that it needs would be cut off: choose another name`];
  }
  const owner = Object.values<AddOnChart>(CHARTS).find(({ namespace }) => namespace === name);
  if (owner !== undefined) {
    return [`${property} is ${name}; AddOns makes it for the chart ${owner.chart}, and two cannot own it: choose another name`];
  }
  return [];
}

function unknownNamespaceFaults(property: string, name: string, names: readonly string[]): string[] {
  if (names.includes(name)) return [];
  return [
    `${property} is ${JSON.stringify(name)}; there is no such namespace: use one of ${names.join(", ")}, or name it in extraNamespaces`,
  ];
}

function planFaults({ name, podSecurity, quota, containerDefaults: container }: NamespacePlan): string[] {
  const { gpus, pods, ...amounts } = quota;
  const of = (property: string) => `settings of ${name}: ${property}`;
  const counted = (rule: string) => ({ min: 0, max: 100_000, rule });
  return [
    ...enumFaults(of("podSecurity"), podSecurity, PodSecurity),
    ...Object.entries(amounts).flatMap(([property, amount]) => quantityFaults(of(`quota.${property}`), amount)),
    ...Object.entries({ ...container }).flatMap(([property, amount]) => quantityFaults(of(`containerDefaults.${property}`), amount)),
    ...wholeNumberFaults(of("quota.gpus"), gpus, counted("a GPU is not divided")),
    ...wholeNumberFaults(of("quota.pods"), pods, counted("pods are counted")),
    ...orderFaults(of("quota.memoryRequests"), quota.memoryRequests, "quota.memoryLimits", quota.memoryLimits),
    ...orderFaults(of("containerDefaults.memoryRequest"), container.memoryRequest, "containerDefaults.memoryLimit", container.memoryLimit),
  ];
}

function egressFaults(
  property: string,
  { name, cidrs, namespaces = [] }: HttpsEgress,
  names: readonly string[],
  anywhere: boolean,
): string[] {
  const faults = [
    ...labelFaults(`${property}.name`, name),
    ...cidrs.flatMap((range, index) => cidrFaults(`${property}.cidrs[${index}]`, range)),
    ...namespaces.flatMap((name, index) => unknownNamespaceFaults(`${property}.namespaces[${index}]`, name, names)),
  ];
  if (cidrs.length === 0) {
    // An empty list of peers is, to Kubernetes, everybody.
    faults.push(`${property}.cidrs is empty; nothing would be opened: name the ranges, or leave the entry out`);
  }
  const open = cidrs.findIndex(isOpenRange);
  if (open >= 0 && !anywhere) {
    faults.push(
      `${property}.cidrs[${open}] is ${cidrs[open]}; pods could then send anything anywhere: name narrower ranges, or set allowHttpsToAnywhere to true`,
    );
  }
  return faults;
}
