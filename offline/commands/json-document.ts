/** The one document of `--json`. Its keys are a contract: add, never rename. Pure. */
import { documentOf } from "../rehearsal/environment/step";
import { totalsOf } from "../cost/cost-text";
import type { EnvironmentOutcome } from "./environment";

export function jsonDocument(version: string, results: readonly EnvironmentOutcome[]): string {
  const environments = results.map(
    ({
      environment,
      project,
      region,
      ok,
      steps,
      refusals,
      notes,
      programOutput,
      layers,
      open,
      unknowns,
      wrote,
      files,
      changes,
      rehearsed,
      cost,
    }) => ({
      ...{ environment, project, region, ok, steps, refusals, notes, programOutput, layers, open, unknowns },
      ...{ wrote, files: wrote === undefined ? [] : Object.keys(files).sort(), changes },
      ...(cost && { cost: totalsOf(cost) }),
      ...(rehearsed && { rehearsal: { played: rehearsed.played.map(documentOf), left: rehearsed.left } }),
    }),
  );
  return `${JSON.stringify({ modelloop: version, ok: results.every(({ ok }) => ok), environments }, null, 2)}\n`;
}
