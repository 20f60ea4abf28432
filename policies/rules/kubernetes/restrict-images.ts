import { inTurn, list, text } from "../../reading";
import { type Faults, Harm, type Props, resourceRule, Severity, type Subject } from "../../rule";
import { allContainersOf, compliantDeployment, WORKLOADS } from "../../shapes/pods";

const RELEASES = ["kubernetes:helm.sh/v3:Release"];

export const kubernetesRestrictImages = resourceRule({
  name: "kubernetes-restrict-images",
  wrong: "An image has no fixed version, or comes from where nobody mends it any more.",
  why: "`latest` is another program after each restart; Bitnami's free images were frozen on 2025-08-28 and get no fixes.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I8"],
  types: [...WORKLOADS, ...RELEASES],
  settings: { refused: { default: ["bitnami/", "bitnamilegacy/"], says: "Parts of names of images that are refused." } },
  compliant: [
    compliantDeployment("api", "example.com/api:1.2.0"),
    { type: RELEASES[0] ?? "", name: "metrics", props: { values: { image: { repository: "example.com/metrics", tag: "1.0" } } } },
  ],
  *check(subject, { refused }) {
    if (RELEASES.includes(subject.type)) {
      yield* inValues(subject, subject.props["values"], "values", refused);
      return;
    }
    yield* inTurn(allContainersOf(subject), function* (container) {
      const image = text(container["image"]);
      const where = `image of the container ${String(container["name"])}`;
      if (image === undefined) yield { found: `${where} is absent`, cure: "name it with its version" };
      else {
        const tag = /:([\w][\w.-]*)$/.exec(image.split("/").at(-1) ?? "")?.[1];
        if (!image.includes("@sha256:") && (tag === undefined || tag === "latest"))
          yield { found: `${where} is ${image}`, cure: "name a version, or a digest" };
        yield* fromNowhere(where, image, refused);
      }
    });
  },
});

function* fromNowhere(where: string, image: string, refused: readonly string[]): Faults {
  const part = refused.find((each) => image.includes(each));
  if (part !== undefined) yield { found: `${where} is ${image}`, cure: `use an image without ${part} in its name: the project's own, say` };
}

/** Charts name images wherever they like, under the keys `image` and `repository`. */
function* inValues(of: Subject, value: unknown, path: string, refused: readonly string[]): Faults {
  if (typeof value !== "object" || value === null) return;
  const keys = Array.isArray(value) ? list(value).map((_, index) => String(index)) : Object.keys(value);
  yield* inTurn(keys, function* (key) {
    const inner = (value as Props)[key];
    const here = `${path}.${key}`;
    if ((key === "image" || key === "repository") && typeof inner === "string") yield* fromNowhere(here, inner, refused);
    else yield* inValues(of, inner, here, refused);
  });
}
