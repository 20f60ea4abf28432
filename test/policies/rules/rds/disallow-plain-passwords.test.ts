import { rdsDisallowPlainPasswords as rule } from "../../../../policies/rules/rds/disallow-plain-passwords";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// A password in the state is read by everybody who may preview.
departures(rule, [
  [
    "with a password",
    set("password", "hunter2hunter2"),
    ["orders: password is given by the program; remove password and set manageMasterUserPassword: true, so that RDS keeps and rotates it."],
  ],
  [
    "with a password that only the preview does not know",
    set("password", UNKNOWN),
    ["orders: password is given by the program; remove password and set manageMasterUserPassword: true, so that RDS keeps and rotates it."],
  ],
  [
    "absent management by RDS",
    absent("manageMasterUserPassword"),
    ["orders: manageMasterUserPassword is not true; set manageMasterUserPassword: true."],
  ],
]);

otherwise(rule, [
  [
    "takes a server that is restored from a snapshot",
    (compliant) => set("snapshotIdentifier", "last")(absent("manageMasterUserPassword")(compliant)),
    { faults: [] },
  ],
]);
