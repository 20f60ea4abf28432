/** What a Task may call, and how it may wait (AWS, "Integrating services with Step Functions", read 2026-11). What the loop has no use for is left out. */
const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  "lambda:invoke": ["", "waitForTaskToken"],
  "sqs:sendMessage": ["", "waitForTaskToken"],
  "sns:publish": ["", "waitForTaskToken"],
  "events:putEvents": ["", "waitForTaskToken"],
  "states:startExecution": ["", "sync", "sync:2", "waitForTaskToken"],
  "sagemaker:createTrainingJob": ["", "sync"],
  "sagemaker:createProcessingJob": ["", "sync"],
  "sagemaker:createTransformJob": ["", "sync"],
  "athena:startQueryExecution": ["", "sync"],
  "athena:stopQueryExecution": [""],
  "athena:getQueryExecution": [""],
  "athena:getQueryResults": [""],
  "dynamodb:getItem": [""],
  "dynamodb:putItem": [""],
  "dynamodb:updateItem": [""],
  "dynamodb:deleteItem": [""],
  "ecs:runTask": ["", "sync", "waitForTaskToken"],
  "batch:submitJob": ["", "sync"],
  "glue:startJobRun": ["", "sync"],
  "http:invoke": [""],
};

/** Any action of the SDK, in camel case: it answers, or hands out a token; it is never waited for. */
const SDK_ACTION = /^aws-sdk:[a-z0-9]+:[a-z][A-Za-z0-9]+(\.waitForTaskToken)?$/;

/** A function, an activity, or what only the cloud will know the name of. */
const OWN = /^(arn:aws[a-z-]*:(lambda:[^:]*:[^:]*:function|states:[^:]*:[^:]*:activity):.+|\$\{[^}]+\})$/;

export function isKnownResource(resource: string): boolean {
  if (OWN.test(resource)) return true;
  const task = /^arn:aws[a-z-]*:states:::(.+)$/.exec(resource)?.[1];
  if (task === undefined) return false;
  const [action = "", pattern = ""] = task.split(".");
  return SDK_ACTION.test(task) || (PATTERNS[action]?.includes(pattern) ?? false);
}
