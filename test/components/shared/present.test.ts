import { present } from "../../../components/shared/present";

// "No value" over a default is no default; and AWS takes no variable, and CloudFormation no parameter, that is undefined.
test("what has no value is not there, and all that has one is", () => {
  const said: { name: string; count?: number | undefined; open?: boolean | undefined; text?: string | undefined } = {
    ...{ name: "a", count: 0, open: false, text: undefined },
  };
  expect(Object.entries(present(said))).toEqual([
    ["name", "a"],
    ["count", 0],
    ["open", false],
  ]);
  const { name }: { name: string } = present(said);
  expect({ text: "by default", ...present(said) }).toEqual({ text: "by default", name, count: 0, open: false });
});
