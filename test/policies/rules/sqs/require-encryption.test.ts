import { sqsRequireEncryption as rule } from "../../../../policies/rules/sqs/require-encryption";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// Feedback carries users' words.
departures(rule, [
  [
    "unencrypted",
    set("signals/sqsManagedSseEnabled", false),
    ["signals: kmsMasterKeyId and sqsManagedSseEnabled are absent; give it a key, or set sqsManagedSseEnabled: true."],
  ],
  [
    "absent",
    absent("signals/sqsManagedSseEnabled"),
    ["signals: kmsMasterKeyId and sqsManagedSseEnabled are absent; give it a key, or set sqsManagedSseEnabled: true."],
  ],
  ["absent in a topic", absent("people/kmsMasterKeyId"), ["people: kmsMasterKeyId is absent; give it a key."]],
]);

otherwise(rule, [["takes a key that is known after deployment only", set("people/kmsMasterKeyId", UNKNOWN), { faults: [] }]]);
