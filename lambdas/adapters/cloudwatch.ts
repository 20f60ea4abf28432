import { CloudWatchClient, DescribeAlarmsCommand, type CompositeAlarm, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { instant } from "../domain/time";
import type { Alarms, FiringAlarm } from "../ports/alarms";
import { PATIENCE } from "./http-patience";

export function cloudWatchAlarms(client = new CloudWatchClient(PATIENCE)): Alarms {
  return {
    async firing(beginning) {
      const found: FiringAlarm[] = [];
      let next: string | undefined;
      do {
        const page = await client.send(
          new DescribeAlarmsCommand({
            ...{ AlarmNamePrefix: beginning, StateValue: "ALARM", AlarmTypes: ["MetricAlarm", "CompositeAlarm"], NextToken: next },
          }),
        );
        found.push(...[...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].flatMap(firing));
        next = page.NextToken;
      } while (next !== undefined);
      return found;
    },
  };
}

/** When the alarm went off, not when its reason last changed: `StateUpdatedTimestamp` moves with every new reason. */
function firing(alarm: MetricAlarm | CompositeAlarm): FiringAlarm[] {
  const { AlarmName: name, StateReason: reason = "", StateReasonData: reasonData } = alarm;
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return name === undefined || since === undefined ? [] : [{ name, since: instant(since), reason, reasonData }];
}
