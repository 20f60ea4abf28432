/** What events, alerts and schedules are delivered to, by the service that stands in the target's ARN. */
import type { Json } from "../../engine/recording";
import type { Functions } from "../functions/functions";
import { NotRehearsedError } from "../outside/exchange";
import { serviceIn } from "./arns";
import type { Sns } from "./sns";
import type { Sqs } from "./sqs";
import type { StepFunctions } from "./step-functions";

export interface Destinations {
  deliver(arn: string, payload: Json): void;
}

export interface Deliverable {
  readonly functions: Functions;
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly stepFunctions: StepFunctions;
}

/** @param world asked at each delivery: the services know each other in circles. */
export function destinationsOf(world: () => Deliverable): Destinations {
  const ways: Record<string, (arn: string, payload: Json) => void> = {
    sqs: (arn, payload) => void world().sqs.send(arn, text(payload)),
    sns: (arn, payload) => void world().sns.publish(arn, text(payload)),
    lambda: (arn, payload) => world().functions.invokeLater(arn, payload),
    states: (arn, payload) => void world().stepFunctions.start(arn, payload),
  };
  return {
    deliver(arn, payload) {
      const way = ways[serviceIn(arn)];
      if (way === undefined) throw new NotRehearsedError(`deliveries to ${arn}`);
      way(arn, payload);
    },
  };
}

function text(payload: Json): string {
  return typeof payload === "string" ? payload : JSON.stringify(payload);
}
