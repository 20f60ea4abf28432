/** Slack and PagerDuty, as far as somebody posts to them: what people get to read. */
import type { Json } from "../../engine/recording";
import type { Journal } from "../journal";
import type { OutsideReply, OutsideRequest, OutsideService } from "../outside/exchange";

export const SLACK_WEBHOOK_URL = "https://hooks.slack.com/services/T0/B0/rehearsal";
export const PAGER_DUTY_KEY = "0123456789abcdef0123456789abcdef";

interface Endpoint {
  readonly host: string;
  readonly channel: string;
  /** What people see of what was posted. */
  readonly text: (posted: Json) => string;
  readonly accepted: OutsideReply;
}

const ENDPOINTS: readonly Endpoint[] = [
  { host: "hooks.slack.com", channel: "slack", text: allTexts, accepted: { status: 200, body: "ok" } },
  {
    host: "events.pagerduty.com",
    channel: "pagerduty",
    text: (posted) => String((posted as { payload?: { summary?: string } }).payload?.summary ?? ""),
    accepted: { status: 202, body: JSON.stringify({ status: "success" }) },
  },
];

export class Webhooks {
  private readonly down = new Set<string>();

  constructor(private readonly journal: Journal) {}

  /** From now on a channel answers with an error of its own, or takes messages again. */
  setDown(channel: string, isDown: boolean): void {
    if (isDown) this.down.add(channel);
    else this.down.delete(channel);
  }

  get services(): OutsideService[] {
    return ENDPOINTS.map((endpoint) => ({ host: endpoint.host, answer: (request) => this.post(endpoint, request) }));
  }

  private post({ channel, text, accepted }: Endpoint, { body }: OutsideRequest): OutsideReply {
    if (this.down.has(channel)) return { status: 503, body: "down" };
    const posted = JSON.parse(body) as Json;
    this.journal.note(channel, "people.told", { channel, text: text(posted), posted });
    return accepted;
  }
}

/** Slack's blocks hold texts at several depths. */
function allTexts(posted: Json): string {
  if (typeof posted !== "object" || posted === null) return "";
  const found = Object.entries(posted).flatMap(([key, value]) =>
    key === "text" && typeof value === "string" ? [value] : [allTexts(value)],
  );
  return found.filter((text) => text !== "").join("\n");
}
