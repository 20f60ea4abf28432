import { at, inTurn, number } from "../../reading";
import { Harm, Severity, stackRule } from "../../rule";

const FUNCTIONS = ["aws:lambda/function:Function", "AWS::Lambda::Function"];
const MAPPINGS = ["aws:lambda/eventSourceMapping:EventSourceMapping", "AWS::Lambda::EventSourceMapping"];

export const lambdaLimitConcurrency = stackRule({
  name: "lambda-limit-concurrency",
  wrong: "A function that talks to a database in the VPC may run a thousand times at once.",
  why: "A burst takes every connection of the database, and every other function's share of the account.",
  severity: Severity.Low,
  harm: Harm.Practice,
  requirements: ["R6"],
  types: FUNCTIONS,
  settings: {},
  compliant: [
    { type: "aws:lambda/function:Function", name: "writer", props: { vpcConfig: { subnetIds: [] }, reservedConcurrentExecutions: 5 } },
    { type: "aws:lambda/eventSourceMapping:EventSourceMapping", name: "from-queue", props: {}, madeFrom: { functionName: ["writer"] } },
  ],
  *check(all) {
    const mappings = all.filter(({ type }) => MAPPINGS.includes(type));
    const functions = all.filter(({ type }) => FUNCTIONS.includes(type));
    yield* inTurn(functions, function* (called) {
      const fed = mappings.filter(({ propertyDependencies }) =>
        (propertyDependencies["functionName"] ?? []).some(({ urn }) => urn === called.urn),
      );
      if (fed.length === 0 || at(called.props, "vpcConfig") === undefined) return;
      const isLimited = fed.every(({ props }) => number(at(props, "scalingConfig.maximumConcurrency")) !== undefined);
      if (!isLimited && number(called.props["reservedConcurrentExecutions"]) === undefined)
        yield {
          found: "a queue feeds it and reservedConcurrentExecutions is absent",
          cure: "set it, or scalingConfig.maximumConcurrency of the mapping",
          of: called,
        };
    });
  },
});
