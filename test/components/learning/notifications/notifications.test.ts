import { channelFaults } from "../../../../components/learning/notifications/notifications";

// It would run for months before anybody noticed that it tells nobody.
test("a loop without a way to people is refused", () => {
  expect(channelFaults({})).toEqual([
    "channels are none; a loop that pages nobody is not watched: give emailAddresses, slackWebhookSecretArn or pagerDutySecretArn",
  ]);
});

test("an address that is none is refused, each by itself", () => {
  expect(channelFaults({ emailAddresses: ["ml@example.com", "ml", "a b@example.com"] })).toEqual([
    'emailAddresses holds "ml"; that is no e-mail address: write it as name@example.com',
    'emailAddresses holds "a b@example.com"; that is no e-mail address: write it as name@example.com',
  ]);
});
