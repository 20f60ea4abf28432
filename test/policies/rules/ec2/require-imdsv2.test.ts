import { ec2RequireImdsv2 as rule } from "../../../../policies/rules/ec2/require-imdsv2";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// A pod that fetches an address hands out the node's role.
departures(rule, [
  [
    "without a token",
    set("metadataOptions.httpTokens", "optional"),
    ['nodes: metadataOptions.httpTokens is "optional"; set it to "required".'],
  ],
  ["absent", absent("metadataOptions"), ['nodes: metadataOptions.httpTokens is absent, which means "optional"; set it to "required".']],
]);

otherwise(rule, [
  [
    "says so where a preview does not know",
    set("metadataOptions.httpTokens", UNKNOWN),
    { faults: [], unknown: "metadataOptions.httpTokens" },
  ],
]);
