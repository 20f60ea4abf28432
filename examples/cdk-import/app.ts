/** A credit team's CDK app: their own training function, and the loop of modelloop around it. */
import { App, Duration, Stack } from "aws-cdk-lib";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LoopMode, ModelLoop, ServingSignals } from "modelloop/cdk";

const app = new App();
const stack = new Stack(app, "ScoringLoop");

// Stands for theirs: it looks at the data and finds that the model in use is still the better one.
const train = new LambdaFunction(stack, "Train", {
  runtime: Runtime.NODEJS_24_X,
  handler: "index.handler",
  timeout: Duration.minutes(15),
  code: Code.fromInline("exports.handler = async ({ order }) => ({ outcome: 'rejected', model: order.model });"),
});

const loop = new ModelLoop(stack, "Loop", {
  environment: "prod",
  models: [{ name: "credit-score", mode: LoopMode.Act, servingSignals: ServingSignals.Alertmanager }, { name: "credit-limit" }],
  channels: { emailAddresses: ["scoring@example.com"] },
  retraining: train,
});

loop.operator.grantInvoke(new Role(stack, "Operators", { assumedBy: new AccountRootPrincipal() }));

app.synth();
