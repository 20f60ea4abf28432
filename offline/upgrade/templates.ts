/** What an update of a CloudFormation template would delete, replace or weaken, by logical id. Pure. */
import type { Json } from "../engine";
import { compare } from "../plan/diff";
import { isMapping } from "../plan/mapping";
import { type Danger, DangerKind } from "./danger";
import { isWeaker } from "./guards";
import type { TemplateResource, TemplateResources } from "./state";
import { TEMPLATE_FACTS, type TemplateFact } from "./template-facts";
import { said, valueAt } from "./values";

type Templates = Readonly<Record<string, TemplateResources>>;

/** @param before by the name of the stack, as `after` is */
export function templateDangers(before: Templates, after: Templates): Danger[] {
  return Object.entries(before).flatMap(([name, resources]) =>
    Object.entries(resources).flatMap(([id, was]) => {
      const fact = TEMPLATE_FACTS[was.Type];
      return fact === undefined ? [] : dangersOf({ name, id, was, fact }, after[name]?.[id], after[name] === undefined);
    }),
  );
}

/** Which of the templates a deployed one is: the one that shares most logical ids with it. */
export function templateLike(deployed: TemplateResources, planned: Templates): string | undefined {
  const shared = (name: string) => Object.keys(planned[name] ?? {}).filter((id) => id in deployed).length;
  const [best] = Object.keys(planned).sort((one, other) => shared(other) - shared(one));
  return best !== undefined && shared(best) > 0 ? best : undefined;
}

interface Standing {
  readonly name: string;
  readonly id: string;
  readonly was: TemplateResource;
  readonly fact: TemplateFact;
}

function dangersOf(standing: Standing, now: TemplateResource | undefined, isWhole: boolean): Danger[] {
  const { name, id, was, fact } = standing;
  const about = { resource: `${name}/${id}`, type: was.Type };
  const subject = `The ${fact.noun} ${id} of the template ${name}`;
  const back = "take the change back, or accept it (docs/upgrades.md)";
  if (now === undefined) {
    const where = isWhole ? "is gone with its template" : "is no longer in it";
    const cure = "keep its logical id (overrideLogicalId of the CDK), or accept the change";
    return [{ kind: DangerKind.Deleted, ...about, says: `${subject} ${where}; ${fate(was.DeletionPolicy)}: ${cure}.` }];
  }
  const reason = now.Type === was.Type ? replacedBecause(standing, now) : `its type changes from ${was.Type} to ${now.Type}`;
  const replaced =
    reason === undefined
      ? []
      : [
          {
            kind: DangerKind.Replaced,
            ...about,
            says: `${subject} would be replaced, because ${reason}; ${fate(was.UpdateReplacePolicy)}: ${back}.`,
          },
        ];
  return [...replaced, ...unkept(standing, now, subject).map((danger) => ({ ...danger, ...about }))];
}

function replacedBecause({ was, fact }: Standing, now: TemplateResource): string | undefined {
  const changes = fact.replacedBy.flatMap((path) => compare(was.Properties?.[path], now.Properties?.[path], [path]));
  const [first] = changes;
  return first === undefined ? undefined : `${first.path} changes from ${said(first.before)} to ${said(first.after)}`;
}

function fate(policy: Json | undefined): string {
  return policy === "Retain" || policy === "RetainExceptOnCreate"
    ? "it stays in the account with nobody to manage it, and what takes its place is empty"
    : policy === "Snapshot"
      ? "a snapshot is all that stays"
      : "CloudFormation deletes it, and its data with it";
}

function unkept({ was, fact }: Standing, now: TemplateResource, subject: string): Pick<Danger, "kind" | "says">[] {
  const policies = (["DeletionPolicy", "UpdateReplacePolicy"] as const)
    .filter((policy) => was[policy] !== undefined && was[policy] !== "Delete" && (now[policy] ?? "Delete") === "Delete")
    .map((policy) => ({
      kind: DangerKind.Unprotected,
      says: `${subject} loses its ${policy} ${said(was[policy])}, and the next ${policy === "DeletionPolicy" ? "removal" : "replacement"} deletes it: give it the policy again, or accept the change.`,
    }));
  const guards = (fact.guards ?? []).flatMap((guard) => {
    const { path, loses } = guard;
    const [before, after] = [valueAt(was.Properties, path), valueAt(now.Properties, path)];
    if (isMapping(before) || isMapping(after)) return [];
    if (!isWeaker(guard, before, after)) return [];
    return [
      {
        kind: DangerKind.Weakened,
        says: `${subject} would be weakened: ${path} changes from ${said(before)} to ${said(after)}, so that ${loses}: keep the value, or accept the change.`,
      },
    ];
  });
  return [...policies, ...guards];
}
