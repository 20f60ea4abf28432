/**
 * Shares of users, kept as whole hundredths of a percent: that is as fine as NGINX splits, and sums of them are exact. 29.999999999999996 %,
 * which is what 100 - 70.00000000000001 leaves, would be refused by NGINX, and the old split would stay in place without a word.
 */

/** 100 %. */
export const WHOLE = 10_000;

/** Two decimals that were not exact in binary must still count as two. */
const ROUNDING = 1e-6;

/** Of a share in percent, as people write it. */
export function percentFaults(property: string, percent: unknown): string[] {
  if (typeof percent !== "number" || !Number.isFinite(percent)) {
    return [
      `${property} is ${typeof percent === "string" ? JSON.stringify(percent) : String(percent)}; a share is a number: write 30 or 33.33`,
    ];
  }
  if (percent < 0) return [`${property} is ${percent}; nobody has a negative share of users: use 0 or more`];
  if (percent > 100) return [`${property} is ${percent}; there are no more than 100 percent of users: use 100 or less`];
  if (Math.abs(percent * 100 - Math.round(percent * 100)) > ROUNDING) {
    return [`${property} is ${percent}; NGINX splits by hundredths of a percent: use two decimals at most`];
  }
  return [];
}

/** Of a share that `percentFaults` has nothing against. */
export function hundredths(percent: number): number {
  return Math.round(percent * 100);
}

/** `30`, `33.33`: for people. */
export function percentOf(share: number): number {
  return share / 100;
}

/** `30.00%`: for NGINX. */
export function percentText(share: number): string {
  return `${(share / 100).toFixed(2)}%`;
}

/** Of a list of shares in hundredths. */
export function sumFaults(property: string, shares: readonly number[]): string[] {
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum === WHOLE ? [] : [`${property} sum to ${percentOf(sum)} percent; every user goes somewhere: make them sum to 100`];
}
