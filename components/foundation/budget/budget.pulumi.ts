import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { budgetFaults, type BudgetNotice, budgetNotices } from "./budget";

/** The part of the account's cost that carries this tag. */
export interface CostAllocationTagArgs {
  /** Key of the tag; it must be activated for cost allocation in the billing console. */
  key: string;
  /** Value of the tag. */
  value: string;
}

export interface BudgetArgs {
  /** Limit of a calendar month in US dollars. */
  monthlyLimitUsd: number;
  /** Up to ten e-mail addresses. At least one of these or `snsTopicArn` is needed. @default - none */
  emailAddresses?: string[];
  /** ARN of a topic; its policy must admit `budgets.amazonaws.com`. @default - none */
  snsTopicArn?: pulumi.Input<string>;
  /** Percent of the limit at which money already spent is reported. @default [80, 100] */
  actualThresholdPercents?: number[];
  /** Percent of the limit at which the month's forecast is reported. @default [100] */
  forecastThresholdPercents?: number[];
  /** Counts only what carries this tag. @default - the whole account */
  costAllocationTag?: CostAllocationTagArgs;
  /** Tags of the budget. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * A limit for a month's bill that speaks before it is passed.
 *
 * Security: it only tells; it stops and deletes nothing.
 * Cost: nothing (us-east-1, 2026-09-11: budgets without actions are free).
 * Replaced when: never by an argument.
 */
export class Budget extends pulumi.ComponentResource {
  /** Name of the budget. */
  readonly budgetName: pulumi.Output<string>;
  /** ARN of the budget. */
  readonly budgetArn: pulumi.Output<string>;

  constructor(name: string, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("Budget", name, budgetFaults(args));
    super("modelloop:index:Budget", name, {}, opts);

    const budget = new aws.budgets.Budget(
      `${name}-budget`,
      {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(args.monthlyLimitUsd),
        limitUnit: "USD",
        costFilters: costFilters(args.costAllocationTag),
        notifications: budgetNotices(args).map((notice) => notification(notice, args)),
        tags: args.tags,
      },
      { parent: this },
    );

    this.budgetName = budget.name;
    this.budgetArn = budget.arn;
    this.registerOutputs({ budgetName: this.budgetName, budgetArn: this.budgetArn });
  }
}

function costFilters(tag: CostAllocationTagArgs | undefined): aws.types.input.budgets.BudgetCostFilter[] {
  // "user:" sets tags of ours apart from those that AWS makes itself ("aws:createdBy").
  return tag === undefined ? [] : [{ name: "TagKeyValue", values: [`user:${tag.key}$${tag.value}`] }];
}

function notification(notice: BudgetNotice, { emailAddresses, snsTopicArn }: BudgetArgs): aws.types.input.budgets.BudgetNotification {
  return {
    ...notice,
    comparisonOperator: "GREATER_THAN",
    thresholdType: "PERCENTAGE",
    subscriberEmailAddresses: emailAddresses,
    subscriberSnsTopicArns: snsTopicArn === undefined ? undefined : [snsTopicArn],
  };
}
