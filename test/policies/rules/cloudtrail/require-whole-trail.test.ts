import { cloudtrailRequireWholeTrail as rule } from "../../../../policies/rules/cloudtrail/require-whole-trail";
import { absent, departures, set } from "../../judged";

// Whoever breaks in works where nobody looks.
departures(rule, [
  ["of one Region", set("isMultiRegionTrail", false), ["audit: isMultiRegionTrail is false; set it to true."]],
  ["absent", absent("isMultiRegionTrail"), ["audit: isMultiRegionTrail is absent, which means false; set it to true."]],
  ["that can be edited", set("enableLogFileValidation", false), ["audit: enableLogFileValidation is false; set it to true."]],
  [
    "absent validation",
    absent("enableLogFileValidation"),
    ["audit: enableLogFileValidation is absent, which means false; set it to true."],
  ],
]);
