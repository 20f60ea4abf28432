/** What the loop would refuse, and what it needs of the rest of the file. */
import { modelLoopFaults } from "../../components/learning/model-loop/model-loop";
import { type Invariant, type InvariantContext, readsOf, unless } from "./invariant";
import type { LearningConfig } from "./schema";
import { isStackName } from "./stack-name";

const LEARNING = "modelloop:learning";

/** Key of the file → what the component calls it. */
const SECRETS = { slackWebhookSecret: "slackWebhookSecretArn", pagerDutySecret: "pagerDutySecretArn" } as const;

const FOREIGN = { retrainingFunctionArn: "lambda", trafficQueueArn: "sqs" } as const;

export const learningRules: Invariant[] = [
  learningRule("learning-loop", ["models", "channels"], ({ models, channels }, { stack }) => {
    const { emailAddresses, slackWebhookSecret: slackWebhookSecretArn, pagerDutySecret: pagerDutySecretArn } = channels;
    // A wrong name of the stack is complained of elsewhere, and once.
    const environment = isStackName(stack) ? stack : "any";
    // Training is judged beside what the server serves.
    const untrained = models.map(({ training: _training, ...model }) => model);
    return modelLoopFaults({ environment, models: untrained, channels: { emailAddresses, slackWebhookSecretArn, pagerDutySecretArn } })
      .map((fault) => Object.entries(SECRETS).reduce((text, [key, argument]) => text.replaceAll(argument, key), fault))
      .map((fault) => fault.replace(/^(?=emailAddresses)/, "channels.").replace(/^(?=model )/, "models: "))
      .map((fault) => `${LEARNING}.${fault}`);
  }),
  learningRule("learning-secrets", ["channels"], ({ channels }, { data: { secrets } }) => {
    const known = secrets.map(({ name }) => name);
    const cure = `use one of ${known.join(", ") || "none, so far"}, or add it to modelloop:data.secrets`;
    return (Object.keys(SECRETS) as (keyof typeof SECRETS)[]).flatMap((key) => {
      const named = channels[key];
      return unless(
        named === undefined || known.includes(named),
        `${LEARNING}.channels.${key} is "${named}"; there is no such secret: ${cure}`,
      );
    });
  }),
  learningRule("learning-in-the-region", ["retrainingFunctionArn", "trafficQueueArn"], (learning, { region }) =>
    (Object.keys(FOREIGN) as (keyof typeof FOREIGN)[]).flatMap((key) => {
      const arn = learning[key];
      const [, , service, of] = arn?.split(":") ?? [];
      return unless(
        arn === undefined || (service === FOREIGN[key] && of === region),
        `${LEARNING}.${key} is ${JSON.stringify(arn)}; the loop calls it in its own region: give the ARN of ${FOREIGN[key] === "sqs" ? "a queue" : "a function"} in ${region}`,
      );
    }),
  ),
];

/** A rule that is silent in a stack without a loop. */
export function learningRule(
  id: string,
  keys: (keyof LearningConfig)[],
  check: (learning: LearningConfig, context: InvariantContext) => string[],
): Invariant {
  return {
    id,
    reads: [["aws:region"], ...readsOf("data.secrets", ...keys.map((key) => `learning.${key}`))],
    check: (context) => (context.learning === undefined ? [] : check(context.learning, context)),
  };
}
