import { needs } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const ec2RequireImdsv2 = resourceRule({
  name: "ec2-require-imdsv2",
  wrong: "A node's metadata answers requests without a token.",
  why: "A pod that can be talked into fetching an address hands out the node's role.",
  severity: Severity.High,
  harm: Harm.Practice,
  requirements: ["I2"],
  types: ["aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/instance:Instance"],
  settings: {},
  compliant: [{ type: "aws:ec2/launchTemplate:LaunchTemplate", name: "nodes", props: { metadataOptions: { httpTokens: "required" } } }],
  check: (template) =>
    needs(template, [
      {
        path: "metadataOptions.httpTokens",
        holds: (value) => value === "required",
        cure: 'set it to "required"',
        absentMeans: '"optional"',
      },
    ]),
});
