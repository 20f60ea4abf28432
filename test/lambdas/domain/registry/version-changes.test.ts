import fc from "fast-check";
import type { ModelVersion } from "../../../../lambdas/domain/registry/model-version";
import {
  planApproval,
  planPromotion,
  planRejection,
  planRestoration,
  type Aliases,
  type RegistryWrite,
} from "../../../../lambdas/domain/registry/version-changes";
import { inHours, NOW } from "../examples";

type Shelf = { aliases: Aliases; versions: Record<string, ModelVersion> };

const version = (number: string, change: Partial<ModelVersion> = {}): ModelVersion => ({
  ...{ model: "m", version: number, semanticVersion: `1.${number}.0`, status: "candidate", run: `run-${number}`, release: `r-${number}` },
  ...{ models: {}, kinds: {}, source: "s3://a/", modelCard: "s3://a/card", createdAt: NOW },
  ...change,
});
const approval = { status: "approved", by: ["arn:x"], comments: "good" } as const;

function written({ aliases, versions }: Shelf, write: RegistryWrite): Shelf {
  if (write.kind === "point") return { aliases: { ...aliases, [write.alias]: write.version }, versions };
  if (write.kind === "drop") return { aliases: { ...aliases, [write.alias]: undefined }, versions };
  const known = versions[write.version];
  if (known === undefined) return { aliases, versions };
  const { lifecycle, production_deployment_date: deployedAt } = write.tags;
  const changed = { ...known, ...(lifecycle && { status: lifecycle as ModelVersion["status"] }), ...(deployedAt && { deployedAt }) };
  return { aliases, versions: { ...versions, [write.version]: changed } };
}

const start = (): Shelf => ({
  aliases: { champion: "1", candidate: "2" },
  versions: { "1": version("1", { status: "production", deployedAt: NOW }), "2": version("2") },
});

it("R9 promotion writes who approved, moves the alias, and only then tells of it", () => {
  const { aliases, versions } = start();
  const plan = planPromotion(aliases, versions["2"], { model: "m", version: "2", expected: "1", approval, now: inHours(1) });
  expect(plan).toEqual({
    kind: "do",
    writes: [
      {
        ...{ kind: "tag", version: "2" },
        tags: {
          ...{ validation_status: "passed", approval_status: "approved", approved_by: "arn:x", approved_at: inHours(1) },
          ...{ approval_comments: "good", previous_version: "1" },
        },
      },
      { kind: "point", alias: "champion", version: "2" },
      { kind: "tag", version: "2", tags: { lifecycle: "production", production_deployment_date: inHours(1) } },
      { kind: "tag", version: "1", tags: { lifecycle: "archived", archived_at: inHours(1) } },
      { kind: "drop", alias: "candidate" },
    ],
  });
});

it("R4 an automatic approval names nobody", () => {
  const plan = planPromotion({}, version("1"), {
    model: "m",
    version: "1",
    approval: { status: "automatic", by: [], comments: "" },
    now: NOW,
  });
  expect(plan.kind === "do" && plan.writes[0]).toEqual({
    ...{ kind: "tag", version: "1", tags: { validation_status: "passed", approval_status: "automatic", approved_at: NOW } },
  });
});

it("R3 R4 a rejection says who and why, and leaves other people's candidate alone", () => {
  const { versions } = start();
  const reject = (candidate: string, by: string[]) =>
    planRejection({ champion: "1", candidate }, versions["2"], { model: "m", version: "2", reason: "no", by, now: NOW });
  const failed = { lifecycle: "rejected", validation_status: "failed", approval_comments: "no" };
  expect(reject("2", [])).toEqual({
    ...{ kind: "do" },
    writes: [
      { kind: "tag", version: "2", tags: failed },
      { kind: "drop", alias: "candidate" },
    ],
  });
  expect(reject("3", ["arn:x"])).toEqual({
    kind: "do",
    writes: [{ kind: "tag", version: "2", tags: { ...failed, approval_status: "refused", approved_by: "arn:x", approved_at: NOW } }],
  });
  expect(planRejection({}, version("2", { status: "archived" }), { model: "m", version: "2", reason: "no", by: [], now: NOW })).toEqual({
    ...{ kind: "not-eligible", status: "archived" },
  });
  expect(planApproval(undefined, { model: "m", version: "2", approval, now: NOW })).toEqual({ kind: "unknown-version" });
});

// Users have it: a registry that calls it rejected has the next run judged against what nobody has.
it("R9 what traffic was given becomes champion whatever its tags say, and with no champion before it", () => {
  const { aliases, versions } = start();
  const request = { model: "m", to: "2", reason: "users have r-2", now: inHours(1), promotedAt: NOW };
  const rejected = version("2", { status: "rejected" });
  const production = { lifecycle: "production", validation_status: "passed", approval_comments: "users have r-2" };
  const writes = [
    { kind: "point", alias: "champion", version: "2" },
    { kind: "tag", version: "2", tags: { ...production, production_deployment_date: NOW } },
    { kind: "tag", version: "1", tags: { lifecycle: "archived", archived_at: inHours(1) } },
    { kind: "drop", alias: "candidate" },
  ];
  expect(planRestoration(aliases, rejected, { ...request, from: "1" })).toEqual({ kind: "do", writes });
  expect(planRestoration({}, versions["2"], request)).toEqual({ kind: "do", writes: writes.slice(0, 2) });
  expect(planRestoration(aliases, rejected, request)).toEqual({ kind: "moved", champion: "1" });
  const { promotedAt: _unknown, ...withoutWord } = { ...request, from: "1" };
  expect(planRestoration(aliases, rejected, withoutWord)).toEqual({ kind: "not-eligible", status: "rejected" });
});

// Whoever writes may die between any two writes; whoever comes next knows nothing of it but what the registry says.
it("R9 promoting and going back come to the same end however often they die on the way", () => {
  const changes = [
    ({ aliases, versions }: Shelf, now: string) =>
      planPromotion(aliases, versions["2"], { model: "m", version: "2", expected: "1", approval, now }),
    ({ aliases, versions }: Shelf, now: string) =>
      planRestoration(aliases, versions["1"], { model: "m", from: "2", to: "1", reason: "worse", now }),
  ];
  const shown = ({ aliases, versions }: Shelf) => [aliases, Object.values(versions).map(({ status }) => status)];
  const run = (shelf: Shelf, plan: (typeof changes)[number], deaths: readonly number[]): Shelf => {
    let state = shelf;
    for (const writes of [...deaths, Infinity]) {
      const planned = plan(state, inHours(1));
      if (planned.kind !== "do") throw new Error(planned.kind);
      state = planned.writes.slice(0, writes).reduce(written, state);
    }
    return state;
  };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), (deaths) => {
      let [dying, living] = [start(), start()];
      for (const change of changes) {
        dying = run(dying, change, deaths);
        living = run(living, change, []);
        expect(shown(dying)).toEqual(shown(living));
      }
    }),
  );
});
