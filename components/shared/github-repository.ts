import { isLater, shown } from "./faults";

/** Owner: letters, digits and hyphens, 39 at most. Name: those, dots and underscores, 100 at most (GitHub's own refusals, 2026-11). */
const REPOSITORY = /^[A-Za-z\d](?:[A-Za-z\d-]{0,38})\/[\w.-]{1,100}$/;

/** Whoever is named here is trusted: `my-team/*` would be every repository that anybody of the team ever makes. */
export function repositoryFaults(property: string, value: unknown): string[] {
  if (isLater(value) || (typeof value === "string" && REPOSITORY.test(value))) return [];
  return [`${property} is ${shown(value)}; it must be one repository, by owner and name: write it like my-team/my-platform`];
}
