/**
 * Secrets that lost their mark on the way: through a log line, the name of something, or a model of ours that saw the value only. Whatever
 * repeats a value that is secret somewhere in the recording is secret everywhere in it.
 */
import type { Json, PropertyPath, RecordedResource, Recording } from "./recording";
import { UNKNOWN } from "./recording";

/** Shorter texts are found in half of all values ("true", "dev"): marking those would hide the plan and protect nobody. */
const SHORTEST = 6;

export function withEverySecret(recording: Recording): Recording {
  const values = [
    ...new Set([...recording.resources.flatMap(secretTexts), ...textsAt(recording.stackOutputs, recording.stackOutputSecrets)]),
  ];
  if (values.length === 0) return recording;
  const repeats = (text: string) => values.some((value) => text.includes(value));
  for (const resource of recording.resources) {
    resource.secrets = extended(resource.inputs, resource.secrets, repeats);
    resource.outputSecrets = extended(resource.outputs, resource.outputSecrets, repeats);
  }
  return {
    ...recording,
    stackOutputSecrets: extended(recording.stackOutputs, recording.stackOutputSecrets, repeats),
    messages: recording.messages.map(({ severity, text }) => ({
      severity,
      text: values.reduce((hidden, value) => hidden.replaceAll(value, "[secret]"), text),
    })),
  };
}

function secretTexts({ inputs, secrets, outputs, outputSecrets }: RecordedResource): string[] {
  return [...textsAt(inputs, secrets), ...textsAt(outputs, outputSecrets)];
}

function textsAt(value: Json, paths: readonly PropertyPath[]): string[] {
  return paths
    .flatMap((path) => leaves(at(value, path)).map(([, leaf]) => leaf))
    .filter((leaf) => leaf.length >= SHORTEST && leaf !== UNKNOWN);
}

function at(value: Json | undefined, path: PropertyPath): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string | number, Json>)[key] : undefined),
    value,
  );
}

function extended(value: Json, known: PropertyPath[], repeats: (text: string) => boolean): PropertyPath[] {
  const covered = (path: PropertyPath) => known.some((hidden) => hidden.every((part, index) => part === path[index]));
  return [...known, ...leaves(value).flatMap(([path, leaf]) => (repeats(leaf) && !covered(path) ? [path] : []))];
}

function leaves(value: Json | undefined, path: PropertyPath = []): [PropertyPath, string][] {
  if (typeof value === "string") return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}
