import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { lifecyclePolicy, registryFaults, repositoryLabel, repositoryName, tagMutability } from "./container-registry";

export interface ContainerRegistryArgs {
  /** Names of the repositories, below the namespace. One that is taken from the list is kept in AWS unless `allowDelete` is true. */
  repositories: string[];
  /** ARN of the KMS key that encrypts every image. Changing it **replaces the repositories and loses their images**. */
  kmsKeyArn: pulumi.Input<string>;
  /** What stands before each repository's name and a slash. Changing it **replaces the repositories**. @default - the component's name */
  namespace?: string;
  /** Tags, or patterns with a star, that a later push may move: `latest`, `cache-*`. @default - none */
  tagsThatMayBeOverwritten?: string[];
  /** Lets every tag be moved, so that a tag says nothing about the image. @default false */
  allowEveryTagToBeOverwritten?: boolean;
  /** Days after which an image without a tag is deleted. @default 14 */
  deleteUntaggedAfterDays?: number;
  /** Number of newest images that each repository keeps; older ones are deleted, in use or not. @default 100 */
  keepImages?: number;
  /** Lets `pulumi destroy` delete the repositories once they are empty. @default false */
  allowDelete?: boolean;
  /** Lets `pulumi destroy` delete the repositories with all images; needs `allowDelete`. @default false */
  deleteWithImages?: boolean;
  /** Tags of the repositories. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * Private ECR repositories whose tags never move.
 *
 * Security: images are encrypted with one KMS key and scanned when they are pushed; a tag that is taken cannot be pushed again.
 * Cost (us-east-1, 2026-09-11): USD 0.10 a GB and month, layers that images share counted once in a repository.
 * Replaced when: `kmsKeyArn` or `namespace` changes. Protected, and kept in AWS when it leaves the program.
 */
export class ContainerRegistry extends pulumi.ComponentResource {
  /** For each repository what `docker push` wants, without a tag. */
  readonly repositoryUrls: pulumi.Output<Record<string, string>>;
  /** For each repository its ARN. */
  readonly repositoryArns: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: ContainerRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("ContainerRegistry", name, registryFaults(name, args));
    super("modelloop:index:ContainerRegistry", name, {}, opts);

    const made = args.repositories.map((repository) => [repository, createRepository(this, name, repository, args)] as const);

    this.repositoryUrls = pulumi.output(Object.fromEntries(made.map(([repository, { repositoryUrl }]) => [repository, repositoryUrl])));
    this.repositoryArns = pulumi.output(Object.fromEntries(made.map(([repository, { arn }]) => [repository, arn])));
    this.registerOutputs({ repositoryUrls: this.repositoryUrls, repositoryArns: this.repositoryArns });
  }
}

function createRepository(parent: pulumi.Resource, name: string, repository: string, args: ContainerRegistryArgs): aws.ecr.Repository {
  const { kmsKeyArn: kmsKey, namespace = name, tagsThatMayBeOverwritten = [], allowDelete = false, deleteWithImages = false, tags } = args;
  const child = `${name}-${repositoryLabel(repository)}`;
  const imageTagMutabilityExclusionFilters = tagsThatMayBeOverwritten.map((filter) => ({ filter, filterType: "WILDCARD" }));
  const created = new aws.ecr.Repository(
    child,
    {
      name: repositoryName(namespace, repository),
      ...{ encryptionConfigurations: [{ encryptionType: "KMS", kmsKey }], imageScanningConfiguration: { scanOnPush: true } },
      ...{ imageTagMutability: tagMutability(args), forceDelete: deleteWithImages, tags },
      ...(tagsThatMayBeOverwritten.length > 0 && { imageTagMutabilityExclusionFilters }),
    },
    { parent, protect: !allowDelete, retainOnDelete: !allowDelete },
  );
  new aws.ecr.LifecyclePolicy(`${child}-lifecycle`, { repository: created.name, policy: lifecyclePolicy(args) }, { parent });
  return created;
}
