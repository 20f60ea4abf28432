export { AlarmIntake, type AlarmIntakeProps } from "./learning/alarm-intake/alarm-intake.cdk";
export { DriftAlarms, type DriftAlarmsProps } from "./learning/drift-alarms/drift-alarms.cdk";
export { type Intervals, ServingSignals } from "./learning/drift-alarms/drift-alarms";
export { type LoopModelProps, ModelLoop, type ModelLoopProps } from "./learning/model-loop/model-loop.cdk";
export { LoopMode } from "./learning/model-loop/model-loop";
export { type ChannelsProps, Notifications, type NotificationsProps } from "./learning/notifications/notifications.cdk";
export { Operator, type OperatorProps } from "./learning/operator/operator.cdk";
export { RetrainingWorkflow, type RetrainingWorkflowProps } from "./learning/retraining-workflow/retraining-workflow.cdk";
export { TrainingPrograms, TrainingRole, type TrainingRoleProps } from "./learning/retraining-workflow/training-place.cdk";
export type {
  RollOutProps,
  TrainedModelProps,
  TrainingNetworkProps,
  TrainingProps,
} from "./learning/retraining-workflow/training-props.cdk";
export {
  type RollOutAccessEntry,
  type RollOutClusterProps,
  type RollOutPrometheusProps,
  RollOutWorkflow,
  type RollOutWorkflowProps,
} from "./learning/roll-out-workflow/roll-out-workflow.cdk";
export { RunLedger, type RunLedgerProps } from "./learning/run-ledger/run-ledger.cdk";
export { LoopKey } from "./learning/shared/loop-key.cdk";
export type { LoopPartProps } from "./learning/shared/loop-part.cdk";
