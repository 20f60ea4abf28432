import type { CallModel, RemoteModel } from "./model";
export const EKS_REMOTE_MODELS: Record<string, RemoteModel> = {};
export const EKS_CALL_MODELS: Record<string, CallModel> = {};
