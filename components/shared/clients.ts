/** Who is let in to a database or cache: by security group, each under a name. */
import { repeatFaults } from "./faults";

export interface NamedClient {
  readonly name: string;
  readonly securityGroupId?: unknown;
}

export function clientFaults(clients: readonly NamedClient[], property = "clients"): string[] {
  return [
    ...clients.flatMap(({ name, securityGroupId }, index) => [
      ...(/^[a-z](-?[a-z0-9])*$/.test(name)
        ? []
        : [
            `${property}[${index}].name is ${JSON.stringify(name)}; a rule's name is made from it: use lower-case letters, digits and single hyphens`,
          ]),
      ...(securityGroupId === undefined
        ? [`${property}[${index}].securityGroupId is missing; nobody is let in by address: give the id of the client's security group`]
        : []),
    ]),
    ...repeatFaults(
      property,
      clients.map(({ name }) => name),
    ),
  ];
}
