/** Limits and addresses of a budget. Pure: no cloud import. */
import { faultsOf, isLater, isNumber, Kind, repeatFaults, shown, shownAsNumber } from "../../shared/faults";

/** What of the arguments can be wrong before AWS is asked. */
export interface BudgetShape {
  readonly monthlyLimitUsd: number;
  readonly emailAddresses?: readonly string[];
  readonly snsTopicArn?: unknown;
  readonly actualThresholdPercents?: readonly number[];
  readonly forecastThresholdPercents?: readonly number[];
  readonly costAllocationTag?: object;
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

/** From 1e21 on JavaScript writes a number with an exponent, which AWS Budgets does not read; whoever needs such a limit needs none. */
const LIMIT = { min: 0.01, max: 1_000_000_000 };

/** Ten times the limit: a notice that comes later is none. AWS itself would take almost any number. */
const HIGHEST_PERCENT = 1_000;

/** SNS API reference, "TopicArn". */
const TOPIC_ARN = /^arn:[a-z-]+:sns:[a-z\d-]+:\d{12}:[\w-]+$/;

const KINDS = {
  ...{ emailAddresses: Kind.List, actualThresholdPercents: Kind.List, forecastThresholdPercents: Kind.List },
  costAllocationTag: Kind.Group,
};

export function budgetFaults(args: BudgetShape): string[] {
  return faultsOf(args, KINDS, shapeFaults);
}

function shapeFaults(budget: BudgetShape): string[] {
  return [...limitFaults(budget.monthlyLimitUsd), ...subscriberFaults(budget), ...thresholdFaults(budget)];
}

function limitFaults(limit: unknown): string[] {
  if (isNumber(limit) && limit >= LIMIT.min && limit <= LIMIT.max) return [];
  const cure = `use a number from ${LIMIT.min} to ${counted(LIMIT.max)}`;
  return [`monthlyLimitUsd is ${shownAsNumber(limit)}; a budget is an amount of money: ${cure}`];
}

function topicFaults(arn: unknown): string[] {
  if (arn === undefined || isLater(arn) || (typeof arn === "string" && TOPIC_ARN.test(arn))) return [];
  const cure = "write it like arn:aws:sns:us-east-1:123456789012:budget";
  return [`snsTopicArn is ${shown(arn)}; it must be the ARN of an SNS topic, or nobody is told: ${cure}`];
}

function subscriberFaults({ emailAddresses = [], snsTopicArn }: BudgetShape): string[] {
  const faults = emailAddresses.flatMap((address, index) =>
    typeof address === "string" && EMAIL_ADDRESS.test(address)
      ? []
      : [`emailAddresses[${index}] is ${shown(address)}; it is no e-mail address: write name@example.com`],
  );
  if (emailAddresses.length === 0 && snsTopicArn === undefined) {
    faults.push("emailAddresses and snsTopicArn are missing; a budget that tells nobody guards nothing: name one of them at least");
  }
  if (emailAddresses.length > MOST_EMAIL_ADDRESSES) {
    const rule = `AWS Budgets writes to ${MOST_EMAIL_ADDRESSES} at most`;
    faults.push(`emailAddresses names ${emailAddresses.length}; ${rule}: use a mailing list, or snsTopicArn`);
  }
  return [...faults, ...repeatFaults("emailAddresses", emailAddresses), ...topicFaults(snsTopicArn)];
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

function percentFaults(property: string, percents: readonly unknown[]): string[] {
  const wrong = percents.flatMap((percent, index) =>
    isNumber(percent) && percent >= 1 && percent <= HIGHEST_PERCENT
      ? []
      : [
          `${property}[${index}] is ${shownAsNumber(percent)}; it is a percentage of the limit: use a number from 1 to ${counted(HIGHEST_PERCENT)}`,
        ],
  );
  return [...wrong, ...repeatFaults(property, percents.filter(isNumber).map(String))];
}

function counted(value: number): string {
  return value.toLocaleString("en-US");
}
