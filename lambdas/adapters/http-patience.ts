/**
 * How long a call to the outside may take. Small and explicit: whoever calls is delivered again by a queue, and a function that waits for a
 * service that is down keeps its messages from being tried by another.
 */
export const PATIENCE = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/** The same for what is no AWS service. */
export const HTTP_TIMEOUT_MILLISECONDS = 5_000;
