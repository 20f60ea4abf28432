/** Which table answers for which provider. A package that is not named here gets the outputs that its SDK's typings declare. */
import { declaredOutputs, standIns } from "../declared-outputs";
import type { Properties, RecordedResource } from "../recording";
import { AWS_CALL_MODELS, AWS_OUTPUT_MODELS, awsArn, awsId } from "./aws";
import { EKS_CALL_MODELS, EKS_REMOTE_MODELS } from "./eks";
import { KUBERNETES_CALL_MODELS, kubernetesOutputs } from "./kubernetes";
import type { CallModel, ModelContext, RemoteModel } from "./model";

const CALL_MODELS: Readonly<Record<string, CallModel>> = { ...AWS_CALL_MODELS, ...EKS_CALL_MODELS, ...KUBERNETES_CALL_MODELS };
const REMOTE_MODELS: Readonly<Record<string, RemoteModel>> = { ...EKS_REMOTE_MODELS };

export function callModel(token: string): CallModel | undefined {
  return Object.hasOwn(CALL_MODELS, token) ? CALL_MODELS[token] : undefined;
}

/** @throws Error where nothing is known of what the provider of this component would build. */
export function remoteModel(type: string): RemoteModel {
  const model = Object.hasOwn(REMOTE_MODELS, type) ? REMOTE_MODELS[type] : undefined;
  if (model === undefined) {
    throw new Error(
      `${type} is built by its provider, and what it would build is not known offline: known are ${Object.keys(REMOTE_MODELS).join(", ")}`,
    );
  }
  return model;
}

/** Whether it is known which outputs the type has. */
export function hasOutputs(type: string, root: string): boolean {
  return /^(kubernetes|pulumi):/.test(type) || Object.hasOwn(AWS_OUTPUT_MODELS, type) || declaredOutputs(type, root) !== undefined;
}

/** Everything that a provider would answer beside the inputs, `id` included. In preview: only what a real preview tells. */
export function customOutputs(resource: RecordedResource, root: string, context: ModelContext): Properties {
  const packageName = resource.type.split(":")[0];
  if (packageName === "kubernetes") return kubernetesOutputs(resource, context.mode);
  if (context.mode === "preview" && resource.kind !== "read") return {};
  const modelled = AWS_OUTPUT_MODELS[resource.type]?.(resource, context) ?? {};
  const given = { ...resource.inputs, ...modelled };
  const arn = (name: string) => awsArn(resource.type, name, context);
  const outputs = { ...standIns(resource.name, declaredOutputs(resource.type, root) ?? {}, given, arn), ...modelled };
  const id = packageName === "aws" ? awsId(resource.type, { ...resource.inputs, ...outputs }) : undefined;
  return id === undefined ? outputs : { ...outputs, id };
}
