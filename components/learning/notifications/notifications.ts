/** Ways to people. */

export interface ChannelsShape {
  emailAddresses?: readonly string[] | undefined;
  slackWebhookSecretArn?: string | undefined;
  pagerDutySecretArn?: string | undefined;
}

export function channelFaults({ emailAddresses = [], slackWebhookSecretArn, pagerDutySecretArn }: ChannelsShape): string[] {
  const none = emailAddresses.length === 0 && slackWebhookSecretArn === undefined && pagerDutySecretArn === undefined;
  const cure = "give emailAddresses, slackWebhookSecretArn or pagerDutySecretArn";
  const odd = emailAddresses.filter((address) => !/^[^\s@]+@[^\s@]+$/.test(address));
  return [
    ...(none ? [`channels are none; a loop that pages nobody is not watched: ${cure}`] : []),
    ...odd.map((address) => `emailAddresses holds ${JSON.stringify(address)}; that is no e-mail address: write it as name@example.com`),
  ];
}
