/**
 * The constructs of the loops that this process has synthesised, by the key of the template. A reason for what AWS's own rules find stands in the
 * constructs alone, so whoever asks those rules needs them. They lie beside all modules: a command that is compiled and a program that is read as
 * TypeScript have two copies of each, and a map of one copy would be empty in the other.
 */
import type { App } from "aws-cdk-lib";

const KEPT = Symbol.for("modelloop.synthesised-constructs");

export function synthesisedConstructs(): ReadonlyMap<string, App> {
  return kept();
}

export function keepConstructs(templateKey: string, app: App): void {
  kept().set(templateKey, app);
}

function kept(): Map<string, App> {
  const everywhere = globalThis as { [KEPT]?: Map<string, App> };
  return (everywhere[KEPT] ??= new Map<string, App>());
}
