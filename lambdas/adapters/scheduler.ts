import {
  ConflictException,
  CreateScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  type CreateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import type { LoopMessage } from "../domain/messages/loop-messages";
import { wakeUpName } from "../domain/names";
import { latest, minutesAfter, type Instant } from "../domain/time";
import type { WakeUps } from "../ports/wake-ups";
import { PATIENCE } from "./http-patience";

export interface WakeUpTarget {
  group: string;
  queueArn: string;
  roleArn: string;
}

/** One-shot schedules that put a wake-up into the intake's queue and delete themselves. */
export function schedulerWakeUps(target: WakeUpTarget, client = new SchedulerClient(PATIENCE)): WakeUps {
  return {
    async order(model, at, now) {
      // Scheduler takes no time that has passed by when it looks; it looks once a minute.
      const schedule = scheduleOf(model, latest([at, minutesAfter(now, 1)]), target);
      try {
        await client.send(new CreateScheduleCommand(schedule));
      } catch (error) {
        if (!(error instanceof ConflictException)) throw error;
        await client.send(new UpdateScheduleCommand(schedule)).catch(async (failed: unknown) => {
          // It has rung, and deleted itself, between the two calls.
          if (!(failed instanceof ResourceNotFoundException)) throw failed;
          await client.send(new CreateScheduleCommand(schedule));
        });
      }
    },
  };
}

function scheduleOf(model: string, at: Instant, { group, queueArn, roleArn }: WakeUpTarget): CreateScheduleCommandInput {
  const message: LoopMessage = { schemaVersion: 1, kind: "wake-up", model };
  return {
    Name: wakeUpName(model),
    GroupName: group,
    ScheduleExpression: `at(${at.slice(0, 19)})`,
    ScheduleExpressionTimezone: "UTC",
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: { Arn: queueArn, RoleArn: roleArn, Input: JSON.stringify(message) },
  };
}
