/** What the program no longer has: renamed without an alias, or given up with the data that it holds. Pure. */
import { closest } from "../../components/shared/closest";
import type { PlannedResource } from "../plan/plan-document";
import { counted } from "../report/signs";
import { type Danger, DangerKind } from "./danger";
import { UPGRADE_FACTS } from "./facts";
import type { StandingResource } from "./state";

export function goneDangers(gone: readonly StandingResource[], created: readonly PlannedResource[]): Danger[] {
  const byUrn = new Map(gone.map((resource) => [resource.urn, resource]));
  const renamed = new Map(
    gone
      .filter(({ isComponent }) => isComponent)
      .flatMap((resource) => {
        const successor = successorOf(resource, created);
        return successor === undefined ? [] : [[resource.urn, successor] as const];
      }),
  );
  /** The outermost component that is renamed: one sentence tells of all that it holds. */
  const root = (resource: StandingResource): StandingResource | undefined => {
    const parent = byUrn.get(resource.parent ?? "");
    const above = parent === undefined ? undefined : root(parent);
    return above ?? (renamed.has(resource.urn) ? resource : undefined);
  };
  const roots = new Map<string, { component: StandingResource; held: StandingResource[] }>();
  const alone: StandingResource[] = [];
  for (const resource of gone) {
    const component = root(resource);
    if (component === undefined) alone.push(resource);
    else {
      const group = roots.get(component.urn) ?? { component, held: [] };
      if (resource !== component) group.held.push(resource);
      roots.set(component.urn, group);
    }
  }
  return [
    ...[...roots.values()].map(({ component, held }) => renamedDanger(component, held, renamed.get(component.urn))),
    ...alone
      .filter((resource) => isLoss(resource) || isBareGuard(resource, alone))
      .map((resource) => deletedDanger(resource, successorOf(resource, created))),
  ];
}

function successorOf({ type, name }: StandingResource, created: readonly PlannedResource[]): PlannedResource | undefined {
  const candidates = created.filter((resource) => resource.type === type);
  const near =
    closest(
      name,
      candidates.map((resource) => resource.name),
    ) ?? candidates[0]?.name;
  return candidates.find((resource) => resource.name === near);
}

function isLoss({ isComponent, type, protect }: StandingResource): boolean {
  return !isComponent && (protect || UPGRADE_FACTS[type]?.content !== undefined);
}

/** What guards something that goes as well is no loss of its own: one sentence for a bucket, not three. */
function isBareGuard({ isComponent, type, name, parent }: StandingResource, gone: readonly StandingResource[]): boolean {
  if (isComponent || UPGRADE_FACTS[type]?.guarding === undefined) return false;
  return !gone.some((other) => isLoss(other) && other.parent === parent && name.startsWith(`${other.name}-`));
}

function renamedDanger(component: StandingResource, held: readonly StandingResource[], successor: PlannedResource | undefined): Danger {
  const { name, type, urn } = component;
  const resources = held.filter(({ isComponent }) => !isComponent);
  const precious = resources.filter(isLoss);
  const among =
    precious.length === 0
      ? ""
      : `, among them ${precious.slice(0, 3).map(nounAndName).join(", ")}${precious.length > 3 ? " and more" : ""}`;
  const what =
    successor?.name === name
      ? `the component ${name} stands under another parent`
      : `the component ${name} is gone and ${successor?.name ?? "another one"} is new`;
  const fate = precious.some(({ protect }) => protect)
    ? "pulumi up stops at the first that is protected"
    : precious.length > 0 && precious.every(({ retainOnDelete }) => retainOnDelete)
      ? "the new ones are empty, and the old ones stay in the account with nobody to manage them"
      : "they are deleted and made anew";
  return {
    ...{ kind: DangerKind.Renamed, resource: name, type, urn },
    says: `The URN of ${type} changes without an alias (${what}): its ${counted(resources.length, "resource")} would go${among}; ${fate}: give the new one aliases: [${aliasText(component, successor)}], or keep the name.`,
  };
}

/** What the program has to say. A child that is named after its component follows by itself. */
function aliasText(was: StandingResource, successor: PlannedResource | undefined): string {
  return successor !== undefined && successor.name !== was.name && successor.parent === was.parent
    ? `{ name: "${was.name}" }`
    : `"${was.urn}"`;
}

function deletedDanger(resource: StandingResource, successor: PlannedResource | undefined): Danger {
  const { name, type, urn, protect, retainOnDelete } = resource;
  const fate = protect
    ? "it is protected, so pulumi up stops there"
    : retainOnDelete
      ? "it stays in the account with nobody to manage it"
      : UPGRADE_FACTS[type]?.guarding === undefined
        ? `it is deleted, and ${UPGRADE_FACTS[type]?.content ?? "what it holds"} with it`
        : `it is deleted, and ${UPGRADE_FACTS[type].guarding}`;
  const cure =
    successor === undefined
      ? `keep it, or ${protect ? "unprotect it (pulumi state unprotect) and " : ""}accept the change`
      : `if ${successor.name} is the same under another name, give it aliases: [${aliasText(resource, successor)}], and otherwise accept the change`;
  return {
    ...{ kind: DangerKind.Deleted, resource: name, type, urn },
    says: `The ${nounAndName(resource)} is no longer in the program; ${fate}: ${cure}.`,
  };
}

function nounAndName({ name, type }: StandingResource): string {
  return `${UPGRADE_FACTS[type]?.noun ?? type} ${name}`;
}
