import { elasticacheRequireEncryption as rule } from "../../../../policies/rules/elasticache/require-encryption";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// Features of users lie in it, and cross the network.
departures(rule, [
  [
    "unencrypted at rest",
    set("atRestEncryptionEnabled", false),
    ["features: atRestEncryptionEnabled is false; set it to true, which replaces the cache."],
  ],
  [
    "absent at rest",
    absent("atRestEncryptionEnabled"),
    ["features: atRestEncryptionEnabled is absent, which means false; set it to true, which replaces the cache."],
  ],
  ["unencrypted on the way", set("transitEncryptionEnabled", false), ["features: transitEncryptionEnabled is false; set it to true."]],
  [
    "absent on the way",
    absent("transitEncryptionEnabled"),
    ["features: transitEncryptionEnabled is absent, which means false; set it to true."],
  ],
]);

otherwise(rule, [
  ["says so where a preview does not know", set("transitEncryptionEnabled", UNKNOWN), { faults: [], unknown: "transitEncryptionEnabled" }],
]);
