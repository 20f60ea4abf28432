import { ec2RequireEncryptedDisks as rule } from "../../../../policies/rules/ec2/require-encrypted-disks";
import { absent, departures, otherwise, set } from "../../judged";

// A snapshot of an open disk opens anywhere.
departures(rule, [
  [
    "unencrypted in a template",
    set("nodes/blockDeviceMappings.0.ebs.encrypted", "false"),
    ['nodes: ebs.encrypted of /dev/xvda is "false"; set it to true.'],
  ],
  [
    "absent in a template",
    absent("nodes/blockDeviceMappings.0.ebs.encrypted"),
    ["nodes: ebs.encrypted of /dev/xvda is absent, which means the account's setting; set it to true."],
  ],
  ["unencrypted volume", set("scratch/encrypted", false), ["scratch: encrypted is false; set it to true."]],
  ["absent in a volume", absent("scratch/encrypted"), ["scratch: encrypted is absent, which means false; set it to true."]],
  ["absent in a class", absent("gp3/parameters.encrypted"), ["gp3: parameters.encrypted is absent, which means false; set it to true."]],
]);

otherwise(rule, [
  [
    "does not judge another driver's class",
    (compliant) => set("gp3/provisioner", "efs.csi.aws.com")(absent("gp3/parameters")(compliant)),
    { faults: [] },
  ],
]);
