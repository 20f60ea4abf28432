import { s3DisallowForceDestroy as rule } from "../../../../policies/rules/s3/disallow-force-destroy";
import { absent, departures, otherwise, set } from "../../judged";

// The last guard of a full bucket is that AWS will not delete it.
departures(rule, [
  ["with forceDestroy", set("logs/forceDestroy", true), ["logs: forceDestroy is true; set forceDestroy: false."]],
  ["with forceDelete", set("images/forceDelete", true), ["images: forceDelete is true; set forceDelete: false."]],
]);

otherwise(rule, [["takes an absent flag for the provider's default, which keeps", absent("logs/forceDestroy"), { faults: [] }]]);
