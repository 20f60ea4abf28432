/** Why a registry does not do what it is asked, in sentences for people. */
import type { AliasMoved, NotEligible, UnknownVersion } from "./version-changes";

export type RegistryRefusal = AliasMoved | UnknownVersion | NotEligible | { kind: "files-gone"; uri: string };

export function refusalText(version: string, refusal: RegistryRefusal): string {
  switch (refusal.kind) {
    case "moved":
      return refusal.champion === undefined
        ? "the alias champion was deleted meanwhile: give it to the version that serves"
        : `somebody has moved the alias champion to version ${refusal.champion} meanwhile: give it to the version that serves`;
    case "unknown-version":
      return `version ${version} is not in the registry, or no loop has registered it: somebody has deleted it, or its tags`;
    case "not-eligible":
      return `version ${version} is ${refusal.status}: look at its tags, and set right what serves or what they say`;
    case "files-gone":
      return `${refusal.uri} is not there: what serves cannot be served again, so keep its pods until it is brought back`;
  }
}
