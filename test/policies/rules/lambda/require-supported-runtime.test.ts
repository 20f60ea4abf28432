import { lambdaRequireSupportedRuntime as rule } from "../../../../policies/rules/lambda/require-supported-runtime";
import { absent, departures, otherwise, set } from "../../judged";

// AWS refuses the update on the day when it is urgent.
departures(rule, [
  [
    "after its day",
    set("runtime", "nodejs20.x"),
    ['intake: runtime is "nodejs20.x", deprecated since 2026-04-30; use nodejs24.x, or python3.14.'],
    { today: "2026-11-21" },
  ],
  [
    "of another time",
    set("runtime", "python2.7"),
    ['intake: runtime is "python2.7", which is not among those that this rule has dates of; use nodejs24.x, or python3.14.'],
    { today: "2026-11-21" },
  ],
  [
    "absent",
    absent("runtime"),
    ["intake: runtime is absent, which is not among those that this rule has dates of; use nodejs24.x, or python3.14."],
    { today: "2026-11-21" },
  ],
]);

otherwise(rule, [
  ["takes an image, which brings its own", (compliant) => set("packageType", "Image")(absent("runtime")(compliant)), { faults: [] }],
  ["takes AWS's base for programs that need none", set("runtime", "provided.al2023"), { faults: [] }],
]);
