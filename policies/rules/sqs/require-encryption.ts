import { isTrue } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const sqsRequireEncryption = resourceRule({
  name: "sqs-require-encryption",
  wrong: "A queue or a topic stores messages unencrypted.",
  why: "Alarms and feedback carry users' words.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I7"],
  types: ["aws:sqs/queue:Queue", "AWS::SQS::Queue", "aws:sns/topic:Topic", "AWS::SNS::Topic"],
  settings: {},
  compliant: [
    { type: "aws:sqs/queue:Queue", name: "signals", props: { sqsManagedSseEnabled: true } },
    { type: "aws:sns/topic:Topic", name: "people", props: { kmsMasterKeyId: "alias/loop" } },
  ],
  // A key that the preview does not know is a key.
  *check({ type, props }) {
    if ("kmsMasterKeyId" in props) return;
    const isTopic = /topic/i.test(type);
    if (isTopic) yield { found: "kmsMasterKeyId is absent", cure: "give it a key" };
    else if (!isTrue(props["sqsManagedSseEnabled"]))
      yield { found: "kmsMasterKeyId and sqsManagedSseEnabled are absent", cure: "give it a key, or set sqsManagedSseEnabled: true" };
  },
});
