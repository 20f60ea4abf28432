/** Limits and addresses of a budget. Pure: no cloud import. */
import { repeatFaults } from "../../shared/faults";

/** What of the arguments can be wrong before AWS is asked. */
export interface BudgetShape {
  readonly monthlyLimitUsd: number;
  readonly emailAddresses?: readonly string[];
  readonly snsTopicArn?: unknown;
  readonly actualThresholdPercents?: readonly number[];
  readonly forecastThresholdPercents?: readonly number[];
}

export interface BudgetNotice {
  readonly notificationType: "ACTUAL" | "FORECASTED";
  readonly threshold: number;
}

/** At 80 % something can still be done; a forecast warns weeks before the money is gone. */
export const DEFAULT_ACTUAL_PERCENTS: readonly number[] = [80, 100];
export const DEFAULT_FORECAST_PERCENTS: readonly number[] = [100];

/** "A budget can have up to ten notifications", each with "up to 10 email subscribers" (Budgets API reference, Notification). */
const MOST_NOTICES = 10;
const MOST_EMAIL_ADDRESSES = 10;

/** Only what a typing slip breaks: whether the address exists, AWS finds out. */
const EMAIL_ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function budgetNotices({ actualThresholdPercents, forecastThresholdPercents }: Partial<BudgetShape>): BudgetNotice[] {
  const actual = actualThresholdPercents ?? DEFAULT_ACTUAL_PERCENTS;
  const forecast = forecastThresholdPercents ?? DEFAULT_FORECAST_PERCENTS;
  return [
    ...actual.map((threshold) => ({ notificationType: "ACTUAL", threshold }) as const),
    ...forecast.map((threshold) => ({ notificationType: "FORECASTED", threshold }) as const),
  ];
}

export function budgetFaults(budget: BudgetShape): string[] {
  return [...limitFaults(budget.monthlyLimitUsd), ...subscriberFaults(budget), ...thresholdFaults(budget)];
}

function limitFaults(limit: number): string[] {
  if (Number.isFinite(limit) && limit > 0) return [];
  return [`monthlyLimitUsd is ${limit}; a budget is an amount of money: use a number above 0`];
}

function subscriberFaults({ emailAddresses = [], snsTopicArn }: BudgetShape): string[] {
  const faults = emailAddresses.flatMap((address, index) =>
    EMAIL_ADDRESS.test(address)
      ? []
      : [`emailAddresses[${index}] is ${JSON.stringify(address)}; it is no e-mail address: write name@example.com`],
  );
  if (emailAddresses.length === 0 && snsTopicArn === undefined) {
    faults.push("emailAddresses and snsTopicArn are missing; a budget that tells nobody guards nothing: name one of them at least");
  }
  if (emailAddresses.length > MOST_EMAIL_ADDRESSES) {
    const rule = `AWS Budgets writes to ${MOST_EMAIL_ADDRESSES} at most`;
    faults.push(`emailAddresses names ${emailAddresses.length}; ${rule}: use a mailing list, or snsTopicArn`);
  }
  return [...faults, ...repeatFaults("emailAddresses", emailAddresses)];
}

function thresholdFaults(budget: BudgetShape): string[] {
  const notices = budgetNotices(budget);
  const faults = [
    ...percentFaults("actualThresholdPercents", budget.actualThresholdPercents ?? []),
    ...percentFaults("forecastThresholdPercents", budget.forecastThresholdPercents ?? []),
  ];
  if (notices.length === 0) {
    faults.push(
      "actualThresholdPercents and forecastThresholdPercents are empty; such a budget never speaks: name a threshold in one of them",
    );
  }
  if (notices.length > MOST_NOTICES) {
    const rule = `AWS Budgets has ${MOST_NOTICES} notifications a budget`;
    faults.push(`actualThresholdPercents and forecastThresholdPercents name ${notices.length} thresholds; ${rule}: name fewer`);
  }
  return faults;
}

function percentFaults(property: string, percents: readonly number[]): string[] {
  const wrong = percents.flatMap((percent, index) =>
    Number.isFinite(percent) && percent >= 1
      ? []
      : [`${property}[${index}] is ${percent}; it is a percentage of the limit: use a number of 1 or more`],
  );
  return [...wrong, ...repeatFaults(property, percents.map(String))];
}
