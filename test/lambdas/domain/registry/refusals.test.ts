import { refusalText, type RegistryRefusal } from "../../../../lambdas/domain/registry/refusals";

it.each<[RegistryRefusal, string]>([
  [{ kind: "moved", champion: "5" }, "somebody has moved the alias champion to version 5 meanwhile: give it to the version that serves"],
  [{ kind: "moved" }, "the alias champion was deleted meanwhile: give it to the version that serves"],
  [{ kind: "unknown-version" }, "version 7 is not in the registry, or no loop has registered it: somebody has deleted it, or its tags"],
  [{ kind: "not-eligible", status: "archived" }, "version 7 is archived: look at its tags, and set right what serves or what they say"],
  [
    { kind: "files-gone", uri: "s3://r/m" },
    "s3://r/m is not there: what serves cannot be served again, so keep its pods until it is brought back",
  ],
])("R9 says of %j what to do", (refusal, text) => {
  expect(refusalText("7", refusal)).toBe(text);
});
