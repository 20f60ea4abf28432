import type { Artifacts, ModelRegistry } from "../../ports/registry";
import type { MlflowEnvironment } from "../../runtime/loop-environment";
import { s3Artifacts } from "../s3-artifacts";
import { secretText } from "../secret-text";
import { basicAccess, openAccess, signedAccess, type MlflowAccess } from "./mlflow-access";
import { mlflowRegistry } from "./mlflow-registry";

/** Making them asks nothing of the network. */
export function registryPorts(environment: MlflowEnvironment): { registry: ModelRegistry; artifacts: Artifacts } {
  const artifacts = s3Artifacts();
  return { registry: mlflowRegistry({ url: environment.MLFLOW_URL, access: accessOf(environment) }, artifacts), artifacts };
}

function accessOf({ MLFLOW_SECRET_ARN, MLFLOW_SERVER_ARN }: MlflowEnvironment): MlflowAccess {
  if (MLFLOW_SERVER_ARN !== undefined) {
    const [, , , region = ""] = MLFLOW_SERVER_ARN.split(":");
    return signedAccess({ arn: MLFLOW_SERVER_ARN, region });
  }
  return MLFLOW_SECRET_ARN === undefined ? openAccess : basicAccess(secretText(MLFLOW_SECRET_ARN));
}
