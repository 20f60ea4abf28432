/** How long the loop tries to deliver, and how long it keeps what it could not. */

/** Lambda's and SQS's advice: a message comes back no earlier than six times what its reader may take (SQS developer guide, 2026). */
export const VISIBILITY_FACTOR = 6;

/** Three would give up within minutes, before a throttled service has recovered; ten would hide for an hour that nothing works. */
export const DELIVERIES = 5;

/** SQS keeps a message for at most 14 days: a long holiday. */
export const KEPT_DAYS = 14;

/** EventBridge's own default, written down because newer kinds of bus have another: 5 attempts within 5 minutes. */
export const EVENT_DELIVERY = { attempts: 185, hours: 24 } as const;
