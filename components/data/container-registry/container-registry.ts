import { repeatFaults, wholeNumberFaults } from "../../shared/faults";

/** What of the arguments can be wrong before AWS is asked. */
export interface RegistryShape {
  readonly repositories: readonly string[];
  readonly namespace?: string;
  readonly tagsThatMayBeOverwritten?: readonly string[];
  readonly allowEveryTagToBeOverwritten?: boolean;
  readonly deleteUntaggedAfterDays?: number;
  readonly keepImages?: number;
  readonly allowDelete?: boolean;
  readonly deleteWithImages?: boolean;
}

/** A fortnight in which a broken build can be looked at. */
export const DEFAULT_UNTAGGED_DAYS = 14;
/** With a deploy a day that is three months to roll back through. */
export const DEFAULT_KEEP_IMAGES = 100;

/** ECR API reference, CreateRepository, repositoryName. */
const REPOSITORY_NAME = /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;
const LONGEST_NAME = 256;

/** ECR user guide, "Preventing image tags from being overwritten": filters, and wildcards in each. */
const MOST_FILTERS = 5;
const FILTER = /^[\w.*-]{1,128}$/;
const MOST_WILDCARDS = 2;

const COUNT = { min: 1, max: 10_000, rule: "a life-cycle rule counts whole days and images" };

export function repositoryName(namespace: string, repository: string): string {
  return `${namespace}/${repository}`;
}

/** The part of a child's name that a repository gives: one that is nested has a slash. */
export function repositoryLabel(repository: string): string {
  return repository.replaceAll("/", "-");
}

export function registryFaults(name: string, registry: RegistryShape): string[] {
  const { repositories, namespace = name, deleteUntaggedAfterDays, keepImages } = registry;
  return [
    ...repositoryFaults(namespace, repositories),
    ...overwritingFaults(registry),
    ...wholeNumberFaults("deleteUntaggedAfterDays", deleteUntaggedAfterDays, COUNT),
    ...wholeNumberFaults("keepImages", keepImages, COUNT),
    ...deletionFaults(registry),
  ];
}

function repositoryFaults(namespace: string, repositories: readonly string[]): string[] {
  const rule = `ECR takes up to ${LONGEST_NAME} lower-case letters, digits and single . _ - between them`;
  const wrong = repositories.flatMap((repository, index) => {
    const whole = repositoryName(namespace, repository);
    if (REPOSITORY_NAME.test(whole) && whole.length <= LONGEST_NAME) return [];
    return [`repositories[${index}] makes the name ${JSON.stringify(whole)}; ${rule}: choose another name, or set namespace`];
  });
  const none = repositories.length === 0 ? ["repositories is empty; a registry without repositories holds nothing: name one"] : [];
  return [...none, ...wrong, ...repeatFaults("repositories", repositories.map(repositoryLabel))];
}

/** An image that is signed, scanned and approved under a tag must still be that image tomorrow. */
function overwritingFaults({
  tagsThatMayBeOverwritten: filters = [],
  allowEveryTagToBeOverwritten: every = false,
}: RegistryShape): string[] {
  const faults = filters.flatMap((filter) => {
    if (/^\*+$/.test(filter)) {
      const rule = "that is every tag, and a tag then says nothing about the image";
      return [`tagsThatMayBeOverwritten has "${filter}"; ${rule}: name the tags, or set allowEveryTagToBeOverwritten to true`];
    }
    const wildcards = filter.split("*").length - 1;
    if (FILTER.test(filter) && wildcards <= MOST_WILDCARDS) return [];
    const rule = `ECR takes up to 128 letters, digits and . _ -, and ${MOST_WILDCARDS} stars`;
    return [`tagsThatMayBeOverwritten has ${JSON.stringify(filter)}; ${rule}: write it so`];
  });
  if (filters.length > MOST_FILTERS) {
    faults.push(`tagsThatMayBeOverwritten names ${filters.length}; ECR takes ${MOST_FILTERS} at most: name fewer, or use a star`);
  }
  if (every && filters.length > 0) {
    faults.push(
      "allowEveryTagToBeOverwritten is true together with tagsThatMayBeOverwritten; every tag is one of them: leave one of the two out",
    );
  }
  return faults;
}

function deletionFaults({ allowDelete = false, deleteWithImages = false }: RegistryShape): string[] {
  if (!deleteWithImages || allowDelete) return [];
  return ["deleteWithImages is true without allowDelete; a protected repository is not deleted at all: set both, or neither"];
}

/** In ECR's terms. */
export function tagMutability({ tagsThatMayBeOverwritten = [], allowEveryTagToBeOverwritten = false }: RegistryShape): string {
  if (allowEveryTagToBeOverwritten) return "MUTABLE";
  return tagsThatMayBeOverwritten.length > 0 ? "IMMUTABLE_WITH_EXCLUSION" : "IMMUTABLE";
}

/** ECR user guide, "Lifecycle policy properties". The rule for all images comes last: the service wants it so. */
export function lifecyclePolicy({
  deleteUntaggedAfterDays,
  keepImages,
}: Pick<RegistryShape, "deleteUntaggedAfterDays" | "keepImages">): string {
  const untagged = {
    tagStatus: "untagged",
    countType: "sinceImagePushed",
    countUnit: "days",
    countNumber: deleteUntaggedAfterDays ?? DEFAULT_UNTAGGED_DAYS,
  };
  const surplus = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keepImages ?? DEFAULT_KEEP_IMAGES };
  const action = { type: "expire" };
  return JSON.stringify({
    rules: [
      { rulePriority: 1, description: "Untagged images go", selection: untagged, action },
      { rulePriority: 2, description: "Only the newest images stay", selection: surplus, action },
    ],
  });
}
