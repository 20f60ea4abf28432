import { noticeChannels } from "../../../lambdas/adapters/notice-channels";
import { pagerDutyChannel, pagerDutyEvent } from "../../../lambdas/adapters/pager-duty";
import type { SecretText } from "../../../lambdas/adapters/secret-text";
import { slackChannel, slackMessage } from "../../../lambdas/adapters/slack";
import type { Notice } from "../../../lambdas/domain/notices";
import { NOW } from "../domain/examples";

const notice: Notice = {
  schemaVersion: 1,
  key: "20260302T141500Z-00000000/at-once",
  model: "log-anomaly",
  severity: "critical",
  page: true,
  group: "log-anomaly/accuracy-floor",
  repeated: false,
  title: "log-anomaly: accuracy-floor is critical",
  lines: ["rolling back: accuracy 0.81 < 0.85", "a person is needed: <!channel> & others"],
  at: NOW,
};

interface Secret extends SecretText {
  forgotten: number;
}

function secret(text: string): Secret {
  const kept = { forgotten: 0, read: () => Promise.resolve(text), forget: () => void kept.forgotten++ };
  return kept;
}

interface Asked {
  url: string;
  body: unknown;
}

/** The outside world, answering one thing. */
function outside(answer: () => Promise<Response>): Asked[] {
  const asked: Asked[] = [];
  jest.spyOn(globalThis, "fetch").mockImplementation((url, init) => {
    asked.push({ url: url as string, body: JSON.parse(init?.body as string) });
    expect(init?.signal).toBeDefined();
    return answer();
  });
  return asked;
}

function answering(status: number, text: string): Asked[] {
  return outside(() => Promise.resolve(new Response(text, { status })));
}

afterEach(() => jest.restoreAllMocks());

const webhook = "https://hooks.slack.com/services/T0/B0/secret";

describe("A9 Slack", () => {
  it("A9 is sent the notice, marked by its severity, in words that mention nobody", async () => {
    const asked = answering(200, "ok");
    expect(await slackChannel("dev", secret(webhook)).deliver(notice)).toEqual({ kind: "delivered" });
    expect(asked).toEqual([
      {
        url: webhook,
        body: {
          text: "[dev] log-anomaly: accuracy-floor is critical",
          blocks: [
            { type: "section", text: { type: "mrkdwn", text: ":rotating_light: *[dev] log-anomaly: accuracy-floor is critical*" } },
            {
              type: "section",
              text: {
                type: "mrkdwn",
                text: "• rolling back: accuracy 0.81 &lt; 0.85\n• a person is needed: &lt;!channel&gt; &amp; others",
              },
            },
          ],
        },
      },
    ]);
  });

  // The weekly report of 200 models is longer than one section may be, and Slack refuses the whole message then.
  it("A9 takes a long notice in sections", () => {
    const lines = Array.from({ length: 250 }, (_, i) => `${i} ${"x".repeat(1_400)}`);
    const { blocks } = slackMessage("dev", { ...notice, lines });
    expect(blocks).toHaveLength(50);
    for (const block of blocks) expect((block as { text: { text: string } }).text.text.length).toBeLessThan(3_000);
  });

  it.each([
    [500, "oops"],
    [429, "slow down"],
  ])("A9 fails at %i, and is tried again", async (status, text) => {
    answering(status, text);
    await expect(slackChannel("dev", secret(webhook)).deliver(notice)).rejects.toThrow(new Error(`Slack answers ${status}: ${text}`));
  });

  // A rotated webhook must be noticed by a function that has kept the old one for hours.
  it("A9 fails and forgets its secret where it is turned away", async () => {
    const kept = secret(webhook);
    answering(403, "invalid_token");
    await expect(slackChannel("dev", kept).deliver(notice)).rejects.toThrow(new Error("Slack answers 403: invalid_token"));
    expect(kept.forgotten).toBe(1);
  });

  it("A9 refuses for good what it cannot read", async () => {
    answering(400, "invalid_blocks");
    expect(await slackChannel("dev", secret(webhook)).deliver(notice)).toEqual({
      kind: "undeliverable",
      reason: "Slack answers 400: invalid_blocks",
    });
  });

  // The URL is the password: in an error it would stand in the log for everybody who may read logs.
  it("A9 never says its URL", async () => {
    outside(() => Promise.reject(new TypeError(`fetch failed: ${webhook}`)));
    await expect(slackChannel("dev", secret(webhook)).deliver(notice)).rejects.toThrow(new Error("Slack does not answer: TypeError"));
    expect(await slackChannel("dev", secret("not a URL, but secret")).deliver(notice)).toEqual({
      kind: "undeliverable",
      reason: "the secret of the Slack webhook is no https URL",
    });
  });
});

describe("A9 PagerDuty", () => {
  it("A9 is sent an event that joins the incident of its model and rule", async () => {
    const asked = answering(202, '{"status":"success"}');
    expect(await pagerDutyChannel("dev", secret("a-routing-key")).deliver(notice)).toEqual({ kind: "delivered" });
    expect(asked).toEqual([
      {
        url: "https://events.pagerduty.com/v2/enqueue",
        body: {
          routing_key: "a-routing-key",
          event_action: "trigger",
          dedup_key: "dev/log-anomaly/accuracy-floor",
          payload: {
            summary: "[dev] log-anomaly: accuracy-floor is critical",
            source: "modelloop dev",
            severity: "critical",
            timestamp: NOW,
            component: "log-anomaly",
            group: "log-anomaly/accuracy-floor",
            custom_details: { lines: notice.lines, key: notice.key },
          },
        },
      },
    ]);
  });

  // R6: a weekly limit is found at each hourly examination; it is one incident, not 168.
  it("R6 is one incident for each model and block", () => {
    const blocked = { ...notice, group: "log-anomaly/weekly-limit", severity: "monitor" as const };
    expect([1, 2].map((at) => pagerDutyEvent("dev", { ...blocked, key: `key ${at}` }, "key"))).toMatchObject([
      { dedup_key: "dev/log-anomaly/weekly-limit" },
      { dedup_key: "dev/log-anomaly/weekly-limit", payload: { severity: "info" } },
    ]);
  });

  it("A9 refuses for good what it cannot read, and does not say its key", async () => {
    answering(400, '{"message":"Event object is invalid"}');
    const delivery = await pagerDutyChannel("dev", secret("a-routing-key")).deliver(notice);
    expect(delivery).toEqual({ kind: "undeliverable", reason: 'PagerDuty answers 400: {"message":"Event object is invalid"}' });
  });
});

it("A9 those channels are set up that the environment names", () => {
  const ENVIRONMENT = "dev";
  const QUARANTINE_QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/1/quarantine";
  expect(Object.keys(noticeChannels({ ENVIRONMENT, QUARANTINE_QUEUE_URL }))).toEqual([]);
  const all = { SLACK_WEBHOOK_SECRET_ARN: "arn:1", EMAIL_TOPIC_ARN: "arn:2", PAGER_DUTY_SECRET_ARN: "arn:3" };
  expect(Object.keys(noticeChannels({ ENVIRONMENT, QUARANTINE_QUEUE_URL, ...all }))).toEqual(["slack", "e-mail", "pager-duty"]);
});
