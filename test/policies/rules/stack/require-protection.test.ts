import { stackRequireProtection as rule } from "../../../../policies/rules/stack/require-protection";
import { departures, otherwise, unprotected } from "../../judged";

// Renaming a database replaces it by an empty one.
departures(rule, [["unprotected", unprotected(), ["orders: protect is false; create it with the option protect: true."]]]);

otherwise(rule, [["takes what its user exempts", unprotected(), { faults: [] }, { exempt: ["orders"] }]]);
