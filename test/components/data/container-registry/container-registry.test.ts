import {
  lifecyclePolicy,
  registryFaults,
  type RegistryShape,
  tagMutability,
} from "../../../../components/data/container-registry/container-registry";

const faults = (shape: Partial<RegistryShape>) => registryFaults("platform", { repositories: ["api"], ...shape });

describe("I8 refusals", () => {
  it.each<[string, Partial<RegistryShape>, string[]]>([
    ["nothing but a name", {}, []],
    ["nested names and tags that move", { repositories: ["api", "team/worker"], tagsThatMayBeOverwritten: ["latest", "cache-*"] }, []],
    ["every tag, by name", { allowEveryTagToBeOverwritten: true }, []],
    ["no repository", { repositories: [] }, ["repositories is empty; a registry without repositories holds nothing: name one"]],
    [
      "a name that Docker does not push to",
      { repositories: ["API"] },
      [
        'repositories[0] makes the name "platform/API"; ECR takes up to 256 lower-case letters, digits and single . _ - between them: choose another name, or set namespace',
      ],
    ],
    [
      "two names that become one child",
      { repositories: ["team/api", "team-api"] },
      ["repositories names team-api more than once; each counts once: name it once"],
    ],
    // Under a tag that moves, what was scanned and approved is not what runs.
    [
      "every tag by a star",
      { tagsThatMayBeOverwritten: ["*"] },
      [
        'tagsThatMayBeOverwritten has "*"; that is every tag, and a tag then says nothing about the image: name the tags, or set allowEveryTagToBeOverwritten to true',
      ],
    ],
    [
      "filters that ECR does not take",
      { tagsThatMayBeOverwritten: ["a*b*c*", "one", "two", "three", "four", "five"] },
      [
        'tagsThatMayBeOverwritten has "a*b*c*"; ECR takes up to 128 letters, digits and . _ -, and 2 stars: write it so',
        "tagsThatMayBeOverwritten names 6; ECR takes 5 at most: name fewer, or use a star",
      ],
    ],
    [
      "some tags and every tag",
      { tagsThatMayBeOverwritten: ["latest"], allowEveryTagToBeOverwritten: true },
      ["allowEveryTagToBeOverwritten is true together with tagsThatMayBeOverwritten; every tag is one of them: leave one of the two out"],
    ],
    [
      "counts of nothing",
      { deleteUntaggedAfterDays: 0, keepImages: 0.5 },
      [
        "deleteUntaggedAfterDays is 0; a life-cycle rule counts whole days and images: use a whole number from 1 to 10,000",
        "keepImages is 0.5; a life-cycle rule counts whole days and images: use a whole number from 1 to 10,000",
      ],
    ],
    [
      "deletion with images of what is protected",
      { deleteWithImages: true },
      ["deleteWithImages is true without allowDelete; a protected repository is not deleted at all: set both, or neither"],
    ],
  ])("judges %s", (_, shape, expected) => expect(faults(shape)).toEqual(expected));
});

it.each<[Partial<RegistryShape>, string]>([
  [{}, "IMMUTABLE"],
  [{ tagsThatMayBeOverwritten: ["latest"] }, "IMMUTABLE_WITH_EXCLUSION"],
  [{ allowEveryTagToBeOverwritten: true }, "MUTABLE"],
])("I8 tags with %j are %s", (shape, mutability) => expect(tagMutability({ repositories: ["api"], ...shape })).toBe(mutability));

// ECR refuses a policy in which the rule for all images is not the last.
it("I8 deletes what has no tag, then what is surplus", () => {
  const { rules } = JSON.parse(lifecyclePolicy({ keepImages: 30 })) as { rules: { rulePriority: number; selection: object }[] };
  expect(rules.map(({ rulePriority, selection }) => [rulePriority, selection])).toEqual([
    [1, { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 }],
    [2, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 }],
  ]);
});
