import { diffPlans, isEmptyDiff, type PlanDiff } from "../../../offline/plan/diff";
import { changesText } from "../../../offline/commands/changes-text";
import { palette } from "../../../offline/commands/terminal";
import type { Properties } from "../../../offline/engine";
import type { PlannedResource } from "../../../offline/plan/plan-document";
import { options, plan, planned, STACK_URN, urnOf } from "./hand-made";

const BUCKET = "aws:s3/bucket:Bucket";

function diff(before: PlannedResource[], after: PlannedResource[], outputs: [Properties, Properties] = [{}, {}]): PlanDiff {
  return diffPlans(plan(before, outputs[0]), plan(after, outputs[1]));
}

function changed(before: Properties, after: Properties): unknown {
  return diff([planned(BUCKET, "b", before)], [planned(BUCKET, "b", after)]).changed[0]?.properties;
}

describe("C1 the difference of two plans", () => {
  it("names what is created and deleted, and counts the rest", () => {
    const [a, b, c] = [planned(BUCKET, "a"), planned(BUCKET, "b", {}, { source: "index.ts#3" }), planned(BUCKET, "c")];
    const found = diff([a, c], [a, b]);
    expect(found).toEqual({
      created: [{ urn: b.urn, type: BUCKET, name: "b", source: "index.ts#3" }],
      deleted: [{ urn: c.urn, type: BUCKET, name: "c" }],
      ...{ changed: [], moved: [], unchanged: 1, outputs: [], secretsNotCompared: 0 },
    });
    expect([isEmptyDiff(found), isEmptyDiff(diff([a], [a]))]).toEqual([false, true]);
  });

  it.each([
    ["a value", { size: 1 }, { size: 2 }, [{ path: "size", before: 1, after: 2 }]],
    ["a new one", {}, { size: 2 }, [{ path: "size", after: 2 }]],
    ["one that is gone", { size: 1 }, {}, [{ path: "size", before: 1 }]],
    ["one that is not known any more", { key: "k" }, { key: "[unknown]" }, [{ path: "key", before: "k", after: "[unknown]" }]],
    [
      "one deep inside",
      { a: [{ b: 1 }, { "x/y": [1] }] },
      { a: [{ b: 1 }, { "x/y": [2] }] },
      [{ path: 'a[1]["x/y"][0]', before: 1, after: 2 }],
    ],
    ["a longer list", { a: [1] }, { a: [1, 2] }, [{ path: "a[1]", after: 2 }]],
    ["another kind", { a: [1] }, { a: { b: 1 } }, [{ path: "a", before: [1], after: { b: 1 } }]],
    // A policy is one line of 2,000 characters: shown whole, nobody sees that one action was added.
    [
      "JSON in text",
      { policy: '{"Statement":[{"Action":"a"}]}' },
      { policy: '{"Statement": [{"Action": "b"}]}' },
      [{ path: "policy → Statement[0].Action", before: "a", after: "b" }],
    ],
    ["JSON in JSON", { a: '{"b":"[1]"}' }, { a: '{"b":"[2]"}' }, [{ path: "a → b → [0]", before: 1, after: 2 }]],
    ["text that looks like JSON", { a: "{x" }, { a: "{y" }, [{ path: "a", before: "{x", after: "{y" }]],
  ] as [string, Properties, Properties, unknown][])("shows %s", (_, before, after, expected) => {
    expect(changed(before, after)).toEqual(expected);
  });

  it("takes JSON that is only written otherwise for the same", () => {
    expect(changed({ policy: '{"a":1,"b":2}' }, { policy: '{ "b": 2, "a": 1 }' })).toBeUndefined();
  });

  // A bucket that loses its protection and nothing else looks unchanged to whoever compares inputs only.
  it("shows options that mean something, and not how they came about", () => {
    const with_ = (given: Parameters<typeof options>[0]) => [planned(BUCKET, "b", {}, { options: options(given) })];
    expect(diff(with_({ protect: true, ignoreChanges: ["tags"] }), with_({ protect: false })).changed[0]?.properties).toEqual([
      { path: "options.protect", before: true },
      { path: "options.ignoreChanges", before: ["tags"] },
    ]);
    expect(diff(with_({ version: "7.1.0", aliases: ["urn:pulumi:x"] }), with_({ version: "7.2.0", protect: false })).unchanged).toBe(1);
  });

  it("leaves the stack and default providers out: a new version of an SDK renames them all", () => {
    const stack = planned("pulumi:pulumi:Stack", "shop-dev", {}, { urn: STACK_URN });
    const provider = (name: string) => planned("pulumi:providers:aws", name, {}, { modelled: true });
    expect(diff([stack, provider("default_7_1_0")], [stack, provider("default_7_2_0")])).toMatchObject({
      created: [],
      deleted: [],
      unchanged: 0,
    });
  });

  it("shows changed stack outputs, which other stacks read", () => {
    expect(diff([], [], [{ url: "a", old: "b" }, { url: "[unknown]" }]).outputs).toEqual([
      { path: "old", before: "b" },
      { path: "url", before: "a", after: "[unknown]" },
    ]);
  });

  it("says how many secrets it could not compare", () => {
    const secret = { password: "[secret]", list: [{ token: "[secret]" }] };
    expect(diff([planned(BUCKET, "b", secret)], [planned(BUCKET, "b", secret)])).toMatchObject({ unchanged: 1, secretsNotCompared: 2 });
  });
});

describe("C1 a resource that moved", () => {
  const old = planned(BUCKET, "old", { a: 1 });

  // Without this, a renamed database reads "1 deleted, 1 created", and a careful person stops a harmless change, or learns to wave such lines through.
  it.each([
    ["by URN", [old.urn]],
    ["by its former name", ['{"name":"old","type":"","stack":"","project":"","parenturn":"","noparent":false}']],
  ])("is recognised by an alias %s", (_, aliases) => {
    const found = diff([old], [planned(BUCKET, "new", { a: 2 }, { options: options({ aliases }) })]);
    expect(found).toMatchObject({ created: [], deleted: [], changed: [], unchanged: 0 });
    expect(found.moved).toEqual([
      { urn: urnOf(BUCKET, "new"), type: BUCKET, name: "new", movedFrom: old.urn, properties: [{ path: "a", before: 1, after: 2 }] },
    ]);
  });

  it("is recognised when it is given a parent, and so are its children when the parent is renamed", () => {
    const group = planned("my:index:Group", "group", {}, { kind: "component", options: options({ aliases: ['{"name":"team"}'] }) });
    const formerGroup = planned("my:index:Group", "team", {}, { kind: "component" });
    const inside = (of: PlannedResource, name: string, aliases: string[] = []) =>
      planned(BUCKET, name, {}, { parent: of.urn, urn: urnOf(`my:index:Group$${BUCKET}`, name), options: options({ aliases }) });
    const found = diff(
      [old, formerGroup, inside(formerGroup, "team-logs")],
      [group, inside(group, "group-logs"), inside(group, "old", ['{"noparent":true}'])],
    );
    expect(found.moved.map(({ name, movedFrom }) => [name, movedFrom])).toEqual([
      ["group", formerGroup.urn],
      ["group-logs", inside(formerGroup, "team-logs").urn],
      ["old", old.urn],
    ]);
    expect([found.created, found.deleted]).toEqual([[], []]);
  });

  it("is new where its former self is still there, or where the alias leads nowhere", () => {
    const aliased = planned(BUCKET, "new", {}, { options: options({ aliases: [old.urn, "urn:pulumi:dev::shop::x::y", "{broken"] }) });
    expect(diff([old], [old, aliased]).created.map(({ name }) => name)).toEqual(["new"]);
  });
});

describe("C1 changes on a terminal", () => {
  it("are a line each, with what changed below, and what nobody can know at the end", () => {
    const before = [planned(BUCKET, "gone"), planned(BUCKET, "same", { size: 1, key: "[secret]" })];
    const after = [
      planned(BUCKET, "fresh", {}, { source: "index.ts#3" }),
      planned(BUCKET, "same", { size: 2, tag: { a: 1 }, key: "[secret]" }),
    ];
    const text = changesText({ against: "the last run", diff: diff(before, after, [{ url: "a" }, {}]), templates: [] }, palette(false));
    expect(text).toEqual([
      "  Since the last run: + created  - deleted  ~ changed  > moved; 0 unchanged",
      "  + fresh  aws:s3/bucket:Bucket  index.ts:3",
      "  - gone  aws:s3/bucket:Bucket",
      "  ~ same  aws:s3/bucket:Bucket",
      "      size: 1 → 2",
      '      tag: nothing → {"a":1}',
      "  ~ stack outputs",
      '      url: "a" → nothing',
      "    Whether a changed resource is updated in place or replaced only its provider knows: pulumi preview tells.",
      "    Not compared: 1 secret value, which no plan holds.",
    ]);
  });

  it("are coloured where a terminal shows colours", () => {
    expect(changesText({ against: "x", diff: diff([], [planned(BUCKET, "b")]), templates: [] }, palette(true))[1]).toBe(
      `  \u001b[32m+\u001b[39m \u001b[1mb\u001b[22m  ${BUCKET}`,
    );
  });
});
