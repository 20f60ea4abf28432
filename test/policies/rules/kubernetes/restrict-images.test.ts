import { kubernetesRestrictImages as rule } from "../../../../policies/rules/kubernetes/restrict-images";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// Another program runs after each restart.
departures(rule, [
  [
    "latest",
    set("api/spec.template.spec.containers.0.image", "example.com:5000/api:latest"),
    ["api: image of the container main is example.com:5000/api:latest; name a version, or a digest."],
  ],
  [
    "untagged",
    set("api/spec.template.spec.containers.0.image", "example.com:5000/api"),
    ["api: image of the container main is example.com:5000/api; name a version, or a digest."],
  ],
  [
    "absent",
    absent("api/spec.template.spec.containers.0.image"),
    ["api: image of the container main is absent; name it with its version."],
  ],
  [
    "of Bitnami",
    set("api/spec.template.spec.containers.0.image", "docker.io/bitnami/redis:8.0"),
    ["api: image of the container main is docker.io/bitnami/redis:8.0; use an image without bitnami/ in its name: the project's own, say."],
  ],
  [
    "of Bitnami in a chart",
    set("metrics/values.image.repository", "docker.io/bitnamilegacy/redis"),
    [
      "metrics: values.image.repository is docker.io/bitnamilegacy/redis; use an image without bitnamilegacy/ in its name: the project's own, say.",
    ],
  ],
]);

otherwise(rule, [
  ["takes a digest", set("api/spec.template.spec.containers.0.image", "example.com/api@sha256:0123"), { faults: [] }],
  [
    "judges the rest before it says what is unknown",
    (compliant) => set("metrics/values.region", UNKNOWN)(set("metrics/values.image.repository", "bitnami/redis")(compliant)),
    {
      faults: ["metrics: values.image.repository is bitnami/redis; use an image without bitnami/ in its name: the project's own, say."],
      unknown: "values.region",
    },
  ],
]);
