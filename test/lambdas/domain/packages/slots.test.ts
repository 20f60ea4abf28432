import { releaseApply, SLOTS, sleepPatch, slotName } from "../../../../lambdas/domain/packages/slots";

it("names the two slots of a server", () => {
  expect(SLOTS.map((slot) => slotName("anomalies", slot))).toEqual(["anomalies-a", "anomalies-b"]);
});

// Every further field would be the loop's from then on, and Pulumi's next update a conflict.
it("applies one variable of one container, and nothing else", () => {
  expect(releaseApply("anomalies", "b", "serving", "releases/r7")).toEqual({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "anomalies-b", namespace: "serving" },
    spec: { template: { spec: { containers: [{ name: "triton", env: [{ name: "RELEASE_PREFIX", value: "releases/r7" }] }] } } },
  });
});

it("puts a slot to sleep and wakes it, on the version that was read", () => {
  const patch = (value: string | null) => ({
    metadata: { resourceVersion: "41", annotations: { "autoscaling.keda.sh/paused-replicas": value } },
  });
  expect(sleepPatch(true, "41")).toEqual(patch("0"));
  expect(sleepPatch(false, "41")).toEqual(patch(null));
});
