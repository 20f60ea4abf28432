/** Which of the six layers a piece of the platform belongs to. */
import fs from "node:fs";
import path from "node:path";

export const LAYERS = ["foundation", "data", "compute", "serving", "learning", "observability", "other"] as const;

export type Layer = (typeof LAYERS)[number];

/**
 * A file or folder that bears a layer's name decides, because its author put the piece there. In programs of others the source names their
 * file, so there our own components are known by their type. What neither names is "other", so that nothing vanishes.
 */
export function layerOf({ type, source }: { type: string; source?: string }): Layer {
  const words = (source ?? "").replace(/#\d*$/, "").split("/");
  const file = words.pop() ?? "";
  const named = [...words, file.split(".")[0]].find((word): word is Layer => word !== "other" && LAYERS.includes(word as Layer));
  return named ?? (type.startsWith("modelloop:") ? ownComponents().get(type) : undefined) ?? "other";
}

let known: Map<string, Layer> | undefined;

/** The folders of `components/` are the layers, so they are the table: a list beside them would be forgotten with every new component. */
export function ownComponents(): ReadonlyMap<string, Layer> {
  known ??= new Map(LAYERS.flatMap((layer) => tokensIn(layer).map((token) => [token, layer] as const)));
  return known;
}

/** `../../components` is beside this folder in the sources and in the built package alike. */
function tokensIn(layer: Layer): string[] {
  const folder = path.join(__dirname, "..", "..", "components", layer);
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.pulumi\.[jt]s$/.test(file));
  return files.flatMap((file) => fs.readFileSync(path.join(folder, file), "utf8").match(/\bmodelloop:index:\w+/g) ?? []);
}
