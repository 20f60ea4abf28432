export { ProgramError } from "./failures";
export type { CallModel } from "./models/model";
export { isClusterScoped } from "./models/kubernetes";
export { loadProgram } from "./program";
export { projectRecorder, type Recorder } from "./project-recorder";
export { record, type RecordOptions } from "./record";
export * from "./recording";
export { makeUrn, parseUrn, type Urn } from "./urn";
export { pathText, redacted } from "./wire";
