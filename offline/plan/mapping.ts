import type { Json, Properties } from "../engine/recording";

export function isMapping(value: Json | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
