/**
 * That whoever may write releases writes a slot's release and its sleep, and nothing else of these objects. Kubernetes' roles know objects, not
 * fields: by its role alone the loop could give the pods another image, which would run with their right to read every model.
 *
 * ValidatingAdmissionPolicy is the API server's own, without a webhook that could be down (general availability: Kubernetes 1.30).
 */
import { PAUSE_ANNOTATION, RELEASE_VARIABLE, SLOTS, slotName } from "../../../lambdas/domain/packages/slots";
import { serverLabels } from "./slots";
import { type TritonServerFacts } from "./triton-server";

/** Written by the API server itself at every change. */
const BOOKKEEPING = ["generation", "managedFields", "resourceVersion"];

const WORDS = { Deployment: "exchange a slot's release", ScaledObject: "put a slot to sleep and wake it" };

interface Validation {
  readonly expression: string;
  readonly message: string;
}

/** @param policyName in the whole cluster; policies have no namespace. */
export function writersPolicy<Text>(server: TritonServerFacts<Text>, policyName: Text) {
  const resourceNames = SLOTS.map((slot) => slotName(server.name, slot));
  const updates = (group: string, apiVersion: string, resource: string) => ({
    ...{ apiGroups: [group], apiVersions: [apiVersion], resources: [resource], resourceNames, operations: ["UPDATE"] },
  });
  return {
    ...{ apiVersion: "admissionregistration.k8s.io/v1" as const, kind: "ValidatingAdmissionPolicy" as const },
    metadata: metadataOf(server, policyName),
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": server.namespace } },
        resourceRules: [updates("apps", "v1", "deployments"), updates("keda.sh", "v1alpha1", "scaledobjects")],
      },
      matchConditions: [{ name: "writers-of-releases", expression: `${quoted(server.writersGroup)} in request.userInfo.groups` }],
      validations: [...releaseOnly(server.releasesPrefix), ...sleepOnly()],
    },
  };
}

export function writersPolicyBinding<Text>(server: TritonServerFacts<Text>, policyName: Text) {
  return {
    ...{ apiVersion: "admissionregistration.k8s.io/v1" as const, kind: "ValidatingAdmissionPolicyBinding" as const },
    metadata: metadataOf(server, policyName),
    spec: { policyName, validationActions: ["Deny"] },
  };
}

function metadataOf<Text>(server: TritonServerFacts<Text>, name: Text) {
  return { name, labels: { ...serverLabels(server), "app.kubernetes.io/managed-by": "pulumi" } };
}

/** Level by level down to the one variable: CEL can leave a key out of a comparison, and a key only. */
function releaseOnly(releasesPrefix: string): Validation[] {
  const variable = quoted(RELEASE_VARIABLE);
  const others = (container: string) => `${environmentOf(container)}.filter(e, e.name != ${variable})`;
  const releases = `${environmentOf("c")}.filter(e, e.name == ${variable})`;
  const container = `c.name == o.name && ${same("c", "o", ["env"])} && ${others("c")} == ${others("o")}`;
  const pods = (path: string) => [`dyn(object.${path})`, `dyn(oldObject.${path})`] as const;
  const [now, before] = pods("spec.template.spec.containers");
  return of("Deployment", [
    same(...pods("metadata"), BOOKKEEPING),
    same(...pods("spec"), ["template"]),
    same(...pods("spec.template"), ["spec"]),
    same(...pods("spec.template.spec"), ["containers"]),
    `${now}.size() == ${before}.size() && ${now}.all(c, ${before}.exists(o, ${container}))`,
    `${now}.all(c, ${releases}.all(e, has(e.value) && !has(e.valueFrom) && e.value.startsWith(${quoted(releasesPrefix)})))`,
  ]);
}

function sleepOnly(): Validation[] {
  const annotations = (which: string) => `dyn(has(${which}.metadata.annotations) ? ${which}.metadata.annotations : {})`;
  const pause = quoted(PAUSE_ANNOTATION);
  return of("ScaledObject", [
    same("dyn(object.metadata)", "dyn(oldObject.metadata)", [...BOOKKEEPING, "annotations"]),
    same(annotations("object"), annotations("oldObject"), [PAUSE_ANNOTATION]),
    `!(${pause} in ${annotations("object")}) || ${annotations("object")}[${pause}] == "0"`,
    `dyn(object.spec) == dyn(oldObject.spec)`,
  ]);
}

function of(kind: keyof typeof WORDS, expressions: readonly string[]): Validation[] {
  const message = `this group may ${WORDS[kind]}, and change nothing else of the ${kind}`;
  return expressions.map((expression) => ({ expression: `object.kind != "${kind}" || (${expression})`, message }));
}

/** Whether two maps hold the same under the same keys, but for some. */
function same(now: string, before: string, except: readonly string[]): string {
  const keys = `[${except.map(quoted).join(", ")}]`;
  const kept = `${now}.all(k, k in ${keys} || (k in ${before} && ${now}[k] == ${before}[k]))`;
  return `${kept} && ${before}.all(k, k in ${keys} || k in ${now})`;
}

function environmentOf(container: string): string {
  return `("env" in ${container} ? ${container}.env : [])`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
