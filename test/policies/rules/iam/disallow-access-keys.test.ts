import { iamDisallowAccessKeys as rule } from "../../../../policies/rules/iam/disallow-access-keys";
import { and, departures } from "../../judged";

// A key of two years ago still works.
departures(rule, [
  [
    "with an access key",
    and({ type: "aws:iam/accessKey:AccessKey", name: "ci", props: { user: "ci" } }),
    ["ci: a AccessKey lasts until somebody deletes it; remove it, and let whoever needs it take a role."],
  ],
  [
    "with a password for the console",
    and({ type: "aws:iam/userLoginProfile:UserLoginProfile", name: "person", props: {} }),
    ["person: a UserLoginProfile lasts until somebody deletes it; remove it, and let whoever needs it take a role."],
  ],
]);
