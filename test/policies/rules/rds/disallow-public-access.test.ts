import { rdsDisallowPublicAccess as rule } from "../../../../policies/rules/rds/disallow-public-access";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// An address that the internet reaches is tried with every leaked password there is.
departures(rule, [
  ["with a public address", set("publiclyAccessible", true), ["orders: publiclyAccessible is true; set publiclyAccessible: false."]],
  [
    "with a public address as a text",
    set("publiclyAccessible", "true"),
    ['orders: publiclyAccessible is "true"; set publiclyAccessible: false.'],
  ],
]);

otherwise(rule, [
  ["takes an absent flag for the provider's default, which is private", absent("publiclyAccessible"), { faults: [] }],
  ["says so where a preview does not know", set("publiclyAccessible", UNKNOWN), { faults: [], unknown: "publiclyAccessible" }],
]);
