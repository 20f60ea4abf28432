/** The loop of a scenario: synthesised from the very construct that is deployed, once for each set of models. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { LoopMode, ModelLoop } from "../../../components/cdk";
import { ordersOf, type RunPlace, runPlaceOf } from "../platform/trained-models";
import { ACCOUNT, arnOf, REGION } from "../standins/arns";
import { type Assembly, readAssembly } from "../wiring/assembly";
import { EXAMPLE_TRAINING, exampleRuns } from "./example-training";
import type { Scenario } from "./schema";

/** What is rehearsed: a template, and what lies around the loop that it describes. */
export interface Loop {
  readonly assembly: Assembly;
  /** As its alarms and metrics name it. */
  readonly environment: string;
  /** Function that does the retraining. Absent where a run trains nothing. */
  readonly retrainingArn?: string;
  /** Queue that takes orders to roll back. Absent where a roll-back is a page. */
  readonly trafficArn?: string;
  /** Where runs train and roll out. Absent where they do neither. */
  readonly place?: RunPlace;
}

const ENVIRONMENT = "rehearsal";
const RETRAINING_ARN = arnOf("lambda", "function:retraining");
const TRAFFIC_ARN = arnOf("sqs", "traffic");

const STACK = "Loop";
const MODES = { observe: LoopMode.Observe, act: LoopMode.Act };
const synthesised = new Map<string, Loop>();

/** @param handlers folder with a folder for each bundled handler */
export function loopOf({ models, training }: Pick<Scenario, "models" | "training">, handlers: string): Loop {
  const isTrained = training !== undefined;
  const key = JSON.stringify([models, handlers, isTrained]);
  const known = synthesised.get(key);
  if (known !== undefined) return known;
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-rehearsal-"));
  try {
    const app = new App({
      ...{ outdir, analyticsReporting: false },
      // Half a minute on a slow machine, for what the templates step says once.
      builtinCloudFormationValidation: false,
    });
    const stack = new Stack(app, STACK, { env: { account: ACCOUNT, region: REGION } });
    const secret = (name: string) => arnOf("secretsmanager", `secret:${name}-abcdef`);
    new ModelLoop(stack, "Loop", {
      environment: ENVIRONMENT,
      models: models.map(({ name, line, mode }) => ({
        ...{ name, mode: MODES[mode] },
        ...(line !== undefined && { line }),
        ...(isTrained && { training: EXAMPLE_TRAINING }),
      })),
      channels: { emailAddresses: ["owner@example.com"], slackWebhookSecretArn: secret("slack"), pagerDutySecretArn: secret("pagerduty") },
      ...(isTrained ? { runs: exampleRuns(stack) } : standIns(stack)),
      handlersFolder: handlers,
    });
    app.synth();
    const assembly = readAssembly(outdir, STACK);
    const place = runPlaceOf(assembly);
    const others =
      place === undefined ? { retrainingArn: RETRAINING_ARN, trafficArn: TRAFFIC_ARN } : { trafficArn: ordersOf(assembly), place };
    const loop = { assembly, environment: ENVIRONMENT, ...others };
    synthesised.set(key, loop);
    return loop;
  } finally {
    process.once("exit", () => fs.rmSync(outdir, { recursive: true, force: true }));
  }
}

function standIns(stack: Stack) {
  return {
    retraining: LambdaFunction.fromFunctionAttributes(stack, "Training", { functionArn: RETRAINING_ARN, sameEnvironment: true }),
    trafficQueue: Queue.fromQueueArn(stack, "Traffic", TRAFFIC_ARN),
  };
}
