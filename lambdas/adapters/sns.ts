import { InvalidParameterException, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Notice } from "../domain/notices";
import type { NoticeChannel } from "../ports/notice-channel";
import { PATIENCE } from "./http-patience";

/** E-mail, by a topic that the addresses are subscribed to. */
export function snsEmailChannel(environment: string, topicArn: string, client = new SNSClient(PATIENCE)): NoticeChannel {
  return {
    async deliver(notice) {
      try {
        await client.send(new PublishCommand({ TopicArn: topicArn, ...emailOf(environment, notice) }));
        return { kind: "delivered" };
      } catch (error) {
        if (error instanceof InvalidParameterException) return { kind: "undeliverable", reason: `SNS refuses it: ${error.message}` };
        throw error;
      }
    },
  };
}

/** SNS takes a subject of less than 100 printable ASCII characters, and begins no subject with a space (API reference of Publish, 2026). */
export function emailOf(environment: string, { severity, title, lines, at, key }: Notice): { Subject: string; Message: string } {
  const subject = `[${environment}] ${severity}: ${title}`.replaceAll(/[^\x20-\x7e]/g, "?");
  return {
    Subject: subject.length < 100 ? subject : `${subject.slice(0, 96)}...`,
    Message: [title, "", ...lines.map((line) => `- ${line}`), "", `${environment}, ${at}, ${key}`].join("\n"),
  };
}
