/** How a line of a story looks in a picture. */
import type { Mood } from "../../report/timeline";
import type { Line } from "../scenarios/story";

export const MOODS: Readonly<Record<Line["kind"], Mood>> = {
  ...{ run: "good", end: "good", back: "bad" },
  ...{ wait: "warn", person: "bad", nothing: "plain" },
};
