import fc from "fast-check";
import { declaredModelsSchema, declaredModelsText, linesOf, LONGEST_MODELS_TEXT } from "../../../lambdas/domain/declared-models";
import { MODES } from "../../../lambdas/domain/ledger-view";

const two = [
  { model: "log-anomaly", line: "log-anomaly", mode: "act" as const },
  { model: "fraud-trees", line: "fraud", mode: "observe" as const },
];

describe("the models of a loop", () => {
  it("are told in one line of text, and their lines known", () => {
    expect(declaredModelsText(two)).toBe("log-anomaly:act fraud-trees@fraud:observe");
    expect(declaredModelsSchema.parse("log-anomaly:act fraud-trees@fraud:observe")).toEqual(two);
    expect(linesOf([...two, { model: "fraud-net", line: "fraud", mode: "act" }])).toEqual(["log-anomaly", "fraud"]);
  });

  it("are read back as they were written", () => {
    const name = fc.stringMatching(/^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/);
    const model = fc.record({ model: name, line: name, mode: fc.constantFrom(...MODES) });
    fc.assert(
      fc.property(fc.uniqueArray(model, { minLength: 1, maxLength: 20, selector: ({ model }) => model }), (models) => {
        expect(declaredModelsSchema.parse(declaredModelsText(models))).toEqual(models);
      }),
    );
  });

  // Lambda refuses a function whose variables are too long only while the stack is being deployed.
  it("are refused where a function cannot be told of all of them", () => {
    const many = Array.from({ length: 150 }, (_, i) => ({ model: `a-model-with-a-name-${i}`, line: "line", mode: "act" as const }));
    const length = many.map(({ model }) => `${model}@line:act`).join(" ").length;
    expect(length).toBeGreaterThan(LONGEST_MODELS_TEXT);
    expect(() => declaredModelsText(many)).toThrow(
      new RangeError(
        `models are 150, ${length} characters with their names; a function can be told 3000: shorten their names, or divide them among several loops`,
      ),
    );
  });

  it("are refused with all their faults at once", () => {
    const faults = declaredModelsSchema.safeParse("Log:act fraud fraud-trees:observe fraud-trees@fraud:act").error?.issues;
    expect(faults?.map(({ message }) => message)).toEqual([
      '"fraud" declares no model; a declaration reads model:mode or model@line:mode with mode observe or act',
      'model is "Log"; a model\'s name has 1 to 40 characters of a-z, 0-9 and -, begins with a letter and ends with no -: rename it',
      "model fraud-trees is declared twice; each has one line and one mode: declare it once",
    ]);
    expect(declaredModelsSchema.safeParse("").error?.issues.map(({ message }) => message)).toEqual([
      "models is empty; a loop without a model does nothing: declare one",
    ]);
  });
});
