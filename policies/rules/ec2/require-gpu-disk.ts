import { at, inTurn, list, number, said } from "../../reading";
import { Harm, type StackSubject, Severity, stackRule } from "../../rule";
import { gpuTypesOf } from "../../shapes/gpu";

const GROUP = "aws:eks/nodeGroup:NodeGroup";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

export const ec2RequireGpuDisk = stackRule({
  name: "ec2-require-gpu-disk",
  wrong: "The disk of a GPU node is too small for the images that run there.",
  why: "Triton's image has 10 GB and vLLM's more; a full disk evicts the pods, pulls the image again, and fills up again.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I3", "S1", "S2"],
  types: [GROUP],
  settings: { minimumGib: { default: 60, minimum: 20, says: "GiB of the first disk." } },
  compliant: [
    {
      type: GROUP,
      name: "llm",
      props: { instanceTypes: ["g4dn.xlarge"], launchTemplate: {} },
      madeFrom: { launchTemplate: ["llm-template"] },
    },
    { type: TEMPLATE, name: "llm-template", props: { blockDeviceMappings: [{ ebs: { volumeSize: 100 } }] } },
  ],
  *check(all, { minimumGib }) {
    const groups = all.filter((resource) => resource.type === GROUP && gpuTypesOf(resource).length > 0);
    yield* inTurn(groups, function* (group) {
      const { path, value } = diskOf(group);
      if ((number(value) ?? 0) < minimumGib)
        yield { found: said(path, value, "20 GiB"), cure: `give it ${minimumGib} GiB or more`, of: group };
    });
  },
});

/** In the launch template, where the group has one: a group then takes no size of its own. */
function diskOf({ props, propertyDependencies }: StackSubject): { path: string; value: unknown } {
  const template = (propertyDependencies["launchTemplate"] ?? []).find(({ type }) => type === TEMPLATE);
  if (template === undefined) return { path: "diskSize", value: props["diskSize"] };
  const path = "blockDeviceMappings.0.ebs.volumeSize";
  return {
    path: `${path} of ${template.name}`,
    value: list(template.props["blockDeviceMappings"]).length === 0 ? undefined : at(template.props, path),
  };
}
