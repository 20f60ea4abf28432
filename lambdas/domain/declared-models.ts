/**
 * The models that a loop looks after, as its functions are told of them: in one environment variable, because a function without the list
 * could neither sweep nor tell a model from a typing error. `log-anomaly:act fraud-trees@fraud:observe` names two models; after the @ stands
 * the line whose server they share, where it is not called like the model.
 */
import { z } from "zod";
import { MODES, type Mode } from "./ledger-view";
import { modelNameSchema } from "./names";

export interface DeclaredModel {
  model: string;
  /**
   * Models of one line share a server, a lock and a fence. A change replaces all that the ledger knows of the model (lock, pending retraining,
   * last promotion, corrections counted since the last full thousand), and is refused while a run, a roll-out or a demand of it is unfinished.
   */
  line: string;
  mode: Mode;
}

/** Lambda takes 4 KB for all variables of a function together (Lambda quotas, 2026); the others need less than 1 KB. */
export const LONGEST_MODELS_TEXT = 3_000;

const ENTRY = /^([^@:]+)(?:@([^@:]+))?:([^@:]+)$/;

/** @throws RangeError with all faults where the models cannot be told to a function. */
export function declaredModelsText(models: readonly DeclaredModel[]): string {
  const text = models.map(({ model, line, mode }) => `${model}${line === model ? "" : `@${line}`}:${mode}`).join(" ");
  const faults = modelsFaults(models);
  if (text.length > LONGEST_MODELS_TEXT) {
    const cure = "shorten their names, or divide them among several loops";
    faults.push(
      `models are ${models.length}, ${text.length} characters with their names; a function can be told ${LONGEST_MODELS_TEXT}: ${cure}`,
    );
  }
  if (faults.length > 0) throw new RangeError(faults.join("\n"));
  return text;
}

export const declaredModelsSchema = z.string().transform((text, context): DeclaredModel[] => {
  const words = text.split(" ").filter((word) => word !== "");
  const models = words.flatMap((word) => {
    const [, model = "", line = model, mode = ""] = ENTRY.exec(word) ?? [];
    const known = MODES.find((each) => each === mode);
    if (known !== undefined) return [{ model, line, mode: known }];
    context.addIssue(
      `${JSON.stringify(word)} declares no model; a declaration reads model:mode or model@line:mode with mode ${MODES.join(" or ")}`,
    );
    return [];
  });
  for (const fault of modelsFaults(models)) context.addIssue(fault);
  return models;
});

function modelsFaults(models: readonly DeclaredModel[]): string[] {
  const names = models.flatMap(({ model, line }) => [model, line]);
  const badNames = [...new Set(names)].flatMap((name) => modelNameSchema.safeParse(name).error?.issues.map(({ message }) => message) ?? []);
  const twice = models.map(({ model }) => model).filter((model, index, all) => all.indexOf(model) !== index);
  const empty = models.length === 0 ? ["models is empty; a loop without a model does nothing: declare one"] : [];
  return [
    ...empty,
    ...badNames,
    ...[...new Set(twice)].map((model) => `model ${model} is declared twice; each has one line and one mode: declare it once`),
  ];
}

export function linesOf(models: readonly DeclaredModel[]): string[] {
  return [...new Set(models.map(({ line }) => line))];
}
