import { ec2RequireGpuDisk as rule } from "../../../../policies/rules/ec2/require-gpu-disk";
import { absent, departures, otherwise, set, without } from "../../judged";

// A full disk evicts the model, and pulls its image again.
departures(rule, [
  [
    "with a small disk",
    set("llm-template/blockDeviceMappings.0.ebs.volumeSize", 50),
    ["llm: blockDeviceMappings.0.ebs.volumeSize of llm-template is 50; give it 60 GiB or more."],
  ],
  [
    "absent disks",
    absent("llm-template/blockDeviceMappings"),
    ["llm: blockDeviceMappings.0.ebs.volumeSize of llm-template is absent, which means 20 GiB; give it 60 GiB or more."],
  ],
  ["absent template", without("llm-template"), ["llm: diskSize is absent, which means 20 GiB; give it 60 GiB or more."]],
]);

otherwise(rule, [
  [
    "takes the group's own size where it has no template",
    (compliant) => set("llm/diskSize", 100)(without("llm-template")(compliant)),
    { faults: [] },
  ],
]);
