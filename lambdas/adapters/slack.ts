import type { Notice } from "../domain/notices";
import type { NoticeChannel } from "../ports/notice-channel";
import { postJson } from "./http-json";
import type { SecretText } from "./secret-text";

/** A Slack channel, through the incoming webhook whose URL is the secret (Slack, "Sending messages using incoming webhooks", 2026). */
export function slackChannel(environment: string, webhook: SecretText): NoticeChannel {
  return {
    async deliver(notice) {
      const url = await webhook.read();
      // Checked here, because fetch would quote it in its own words.
      if (!url.startsWith("https://")) return { kind: "undeliverable", reason: "the secret of the Slack webhook is no https URL" };
      return postJson({ name: "Slack", url, turnedAway: () => webhook.forget() }, slackMessage(environment, notice));
    },
  };
}

const MARKS = { critical: ":rotating_light:", warning: ":warning:", info: ":information_source:", monitor: "", ok: "" } as const;

/** Slack takes 3,000 characters in a section, and 50 blocks in a message. */
const LONGEST_SECTION = 2_900;

export function slackMessage(environment: string, { severity, title, lines }: Notice): { text: string; blocks: object[] } {
  const heading = `${MARKS[severity]} *[${environment}] ${escaped(title)}*`.trim();
  const sections = [heading, ...inSections(lines.map((line) => `• ${escaped(line)}`))].slice(0, 50);
  return {
    text: `[${environment}] ${escaped(title)}`,
    blocks: sections.map((text) => ({ type: "section", text: { type: "mrkdwn", text } })),
  };
}

function inSections(lines: readonly string[]): string[] {
  const sections: string[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    if (last === undefined || last.length + line.length + 1 > LONGEST_SECTION) sections.push(line.slice(0, LONGEST_SECTION));
    else sections[sections.length - 1] = `${last}\n${line}`;
  }
  return sections;
}

/** Or a reason with `<!channel>` in it would wake everybody. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
