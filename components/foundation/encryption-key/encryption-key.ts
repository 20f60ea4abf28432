/** AWS services that use a key on their own behalf and therefore need a statement in its policy. */
export enum KeyService {
  CloudTrail = "cloudTrail",
  CloudWatchLogs = "cloudWatchLogs",
  /** Flow logs that are written into an encrypted bucket. */
  LogDelivery = "logDelivery",
}
