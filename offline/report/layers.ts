/** Which of the six layers a piece of the platform belongs to. Pure. */
export const LAYERS = ["foundation", "data", "compute", "serving", "learning", "observability", "other"] as const;

export type Layer = (typeof LAYERS)[number];

/** Our own components, for programs of others: there the source path names their file, not our folder. */
export const LAYER_OF_COMPONENT: Readonly<Record<string, Layer>> = {
  "modelloop:index:Network": "foundation",
  "modelloop:index:EncryptionKey": "foundation",
  "modelloop:index:AuditTrail": "foundation",
  "modelloop:index:Budget": "foundation",
  "modelloop:index:Bucket": "data",
};

/**
 * A file or folder that bears a layer's name decides, because its author put the piece there; then our own table. What neither names is
 * "other", so that nothing vanishes.
 */
export function layerOf({ type, source }: { type: string; source?: string }): Layer {
  const words = (source ?? "").replace(/#\d*$/, "").split("/");
  const file = words.pop() ?? "";
  const named = [...words, file.split(".")[0]].find((word): word is Layer => word !== "other" && LAYERS.includes(word as Layer));
  return named ?? LAYER_OF_COMPONENT[type] ?? "other";
}
