import { rdsRequireEncryption as rule } from "../../../../policies/rules/rds/require-encryption";
import { absent, departures, otherwise, set, UNKNOWN } from "../../judged";

// A copied snapshot of an unencrypted database opens anywhere.
departures(rule, [
  ["unencrypted", set("storageEncrypted", false), ["orders: storageEncrypted is false; set storageEncrypted: true."]],
  ["absent", absent("storageEncrypted"), ["orders: storageEncrypted is absent, which means false; set storageEncrypted: true."]],
]);

otherwise(rule, [["says so where a preview does not know", set("storageEncrypted", UNKNOWN), { faults: [], unknown: "storageEncrypted" }]]);
