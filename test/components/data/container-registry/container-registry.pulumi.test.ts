import { ContainerRegistry, type ContainerRegistryArgs } from "../../../../components";
import { planOf, refusalOf } from "../../shared/plan-of";

const registry = (args: Partial<ContainerRegistryArgs> = {}) =>
  planOf(() => {
    const made = new ContainerRegistry("platform", { repositories: ["api", "team/worker"], kmsKeyArn: "arn:key", ...args });
    return { urls: made.repositoryUrls, arns: made.repositoryArns };
  });

describe("I8 the smallest registry", () => {
  it("is one scanned, encrypted, immutable and kept repository for each name", async () => {
    const plan = await registry();
    expect(plan.list).toEqual([
      "aws:ecr/lifecyclePolicy:LifecyclePolicy platform-api-lifecycle",
      "aws:ecr/lifecyclePolicy:LifecyclePolicy platform-team-worker-lifecycle",
      "aws:ecr/repository:Repository platform-api",
      "aws:ecr/repository:Repository platform-team-worker",
      "modelloop:index:ContainerRegistry platform",
    ]);
    expect(plan.inputs("platform-team-worker")).toEqual({
      ...{ name: "platform/team/worker", imageTagMutability: "IMMUTABLE", forceDelete: false },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "arn:key" }],
      imageScanningConfiguration: { scanOnPush: true },
    });
    expect(plan.resource("platform-api").options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(plan.inputs("platform-api-lifecycle")).toMatchObject({ repository: "platform/api" });
  });

  it("hands on addresses and ARNs by name", async () => {
    const plan = await registry();
    expect(plan.recording.stackOutputs["urls"]).toEqual({
      api: "platform-api.repositoryUrl",
      "team/worker": "platform-team-worker.repositoryUrl",
    });
    expect(Object.keys(plan.recording.stackOutputs["arns"] as object)).toEqual(["api", "team/worker"]);
  });
});

it("I8 arguments reach each repository", async () => {
  const plan = await registry({
    ...{ namespace: "company", tagsThatMayBeOverwritten: ["latest"], keepImages: 7, allowDelete: true, deleteWithImages: true },
    tags: { owner: "platform" },
  });
  expect(plan.inputs("platform-api")).toMatchObject({
    ...{ name: "company/api", imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", forceDelete: true, tags: { owner: "platform" } },
    imageTagMutabilityExclusionFilters: [{ filter: "latest", filterType: "WILDCARD" }],
  });
  expect(plan.inputs("platform-api-lifecycle")["policy"]).toContain('"countNumber":7');
});

it("I8 fails before anything is created, with every fault", () => {
  const args = { repositories: [], kmsKeyArn: "arn:key", tagsThatMayBeOverwritten: ["*"] };
  expect(refusalOf(() => new ContainerRegistry("platform", args))).toBe(
    [
      `ContainerRegistry "platform" cannot be built:`,
      "  - repositories is empty; a registry without repositories holds nothing: name one",
      '  - tagsThatMayBeOverwritten has "*"; that is every tag, and a tag then says nothing about the image: name the tags, or set allowEveryTagToBeOverwritten to true',
    ].join("\n"),
  );
});
