import { ownVersion, tagsOfCandidate, type NewCandidate, type VersionTags } from "../../../../lambdas/domain/registry/model-version";
import { NOW } from "../examples";

const candidate: NewCandidate = {
  ...{
    model: "log-anomaly",
    run: "run-1",
    semanticVersion: "1.3.0",
    release: "release-1",
    source: "s3://a/run-1/",
    modelCard: "s3://a/card",
  },
  ...{ releaseManifest: "s3://r/manifest.json", models: { anomaly_xgboost: "s3://a/m/" }, kinds: { anomaly_xgboost: "xgboost" } },
  ...{
    featureOrderSha256: "abc",
    datasetVersion: "run-1",
    trigger: "x".repeat(6_000),
    parameters: {},
    metrics: {},
    startedAt: NOW,
    now: NOW,
  },
};
const stored = { model: "log-anomaly", version: "7", source: "s3://a/run-1/", createdAt: NOW };

it("R9 what is known of a version is in its tags, and is read from them again", () => {
  const tags = tagsOfCandidate(candidate);
  expect(tags).toMatchObject({
    validation_status: "passed",
    approval_status: "pending",
    semantic_version: "1.3.0",
    lifecycle: "candidate",
  });
  expect(tags["trigger"]).toHaveLength(5_000);
  const { datasetVersion: _d, trigger: _t, parameters: _p, metrics: _m, startedAt: _s, now: _n, ...known } = candidate;
  expect(ownVersion({ ...stored, tags })).toEqual({ ...known, version: "7", status: "candidate", createdAt: NOW });
  expect(ownVersion({ ...stored, tags: { ...tags, production_deployment_date: NOW } })?.deployedAt).toBe(NOW);
  expect(ownVersion({ ...stored, tags: { ...tags, approved_at: NOW } })?.decidedAt).toBe(NOW);
});

// A data scientist registers by hand beside the loop: their version has no release, and must not be taken for one that can be served.
it.each<VersionTags>([{}, { lifecycle: "shiny" }, { run: "" }])("R9 a version without the loop's tags is not the loop's (%j)", (change) => {
  const tags = Object.keys(change).length === 0 ? {} : { ...tagsOfCandidate(candidate), ...change };
  expect(ownVersion({ ...stored, tags })).toBeUndefined();
});
