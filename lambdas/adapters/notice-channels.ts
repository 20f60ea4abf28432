import type { Channel } from "../domain/notices";
import type { NoticeChannel } from "../ports/notice-channel";
import type { NotifyEnvironment } from "../runtime/loop-environment";
import { pagerDutyChannel } from "./pager-duty";
import { secretText } from "./secret-text";
import { slackChannel } from "./slack";
import { snsEmailChannel } from "./sns";

/** Those channels that the environment sets up. */
export function noticeChannels(environment: NotifyEnvironment): Partial<Record<Channel, NoticeChannel>> {
  const { ENVIRONMENT, SLACK_WEBHOOK_SECRET_ARN, EMAIL_TOPIC_ARN, PAGER_DUTY_SECRET_ARN } = environment;
  return {
    ...(SLACK_WEBHOOK_SECRET_ARN && { slack: slackChannel(ENVIRONMENT, secretText(SLACK_WEBHOOK_SECRET_ARN)) }),
    ...(EMAIL_TOPIC_ARN && { "e-mail": snsEmailChannel(ENVIRONMENT, EMAIL_TOPIC_ARN) }),
    ...(PAGER_DUTY_SECRET_ARN && { "pager-duty": pagerDutyChannel(ENVIRONMENT, secretText(PAGER_DUTY_SECRET_ARN)) }),
  };
}
