import * as pulumi from "@pulumi/pulumi";

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

export class Budget extends pulumi.ComponentResource {
  readonly budgetName!: pulumi.Output<string>;
  readonly budgetArn!: pulumi.Output<string>;

  constructor(name: string, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("modelloop:index:Budget", name, {}, opts);
    void args;
  }
}
