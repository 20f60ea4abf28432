import type { Notice } from "../domain/notices";
import type { NoticeChannel } from "../ports/notice-channel";
import { postJson } from "./http-json";
import type { SecretText } from "./secret-text";

const EVENTS_URL = "https://events.pagerduty.com/v2/enqueue";

const SEVERITIES = { critical: "critical", warning: "warning", info: "info", monitor: "info", ok: "info" } as const;

/**
 * A service of PagerDuty, through its integration key (PagerDuty, "Events API v2: send an alert event", 2026). Who is called next when nobody
 * answers is the service's escalation policy.
 */
export function pagerDutyChannel(environment: string, key: SecretText): NoticeChannel {
  return {
    async deliver(notice) {
      const event = pagerDutyEvent(environment, notice, await key.read());
      return postJson({ name: "PagerDuty", url: EVENTS_URL, turnedAway: () => key.forget() }, event);
    },
  };
}

/** All pages of one group are one incident until somebody resolves it: a limit that blocks a model for a week does not page 168 times. */
export function pagerDutyEvent(environment: string, { group, severity, title, lines, at, key, model }: Notice, routingKey: string): object {
  return {
    routing_key: routingKey,
    event_action: "trigger",
    dedup_key: `${environment}/${group}`.slice(0, 255),
    payload: {
      ...{ summary: `[${environment}] ${title}`.slice(0, 1_024), source: `modelloop ${environment}`, severity: SEVERITIES[severity] },
      ...{ timestamp: at, component: model, group, custom_details: { lines, key } },
    },
  };
}
