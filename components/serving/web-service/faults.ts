/** Checks that several parts of a web service share. */
import { cidrFaults } from "../../foundation/network/cidr";
import { repeatFaults } from "../../shared/faults";
import { isOpenRange } from "../../shared/open-ranges";

export function httpPathFaults(property: string, path: string | undefined): string[] {
  if (path === undefined || /^\/\S*$/.test(path)) return [];
  return [`${property} is ${JSON.stringify(path)}; a path begins with / and has no space: write one such as /health`];
}

/** Of ranges that are known already; `anywhere` says what is wrong with 0.0.0.0/0 and its like, and how to cure it. */
export function rangeFaults(property: string, cidrs: readonly unknown[], anywhere?: string): string[] {
  const faults = cidrs.flatMap((cidr, index) => {
    if (typeof cidr !== "string") return [];
    if (anywhere !== undefined && isOpenRange(cidr)) return [`${property}[${index}] is ${cidr}; ${anywhere}`];
    return cidrFaults(`${property}[${index}]`, cidr);
  });
  return [
    ...faults,
    ...repeatFaults(
      property,
      cidrs.filter((cidr) => typeof cidr === "string"),
    ),
  ];
}
