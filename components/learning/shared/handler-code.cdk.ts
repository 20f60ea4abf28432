import path from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";

/** Root of the repository, where constructs run as sources; its `dist`, where they run as what was built from them. */
const HOME = path.resolve(__dirname, "../../..");
const DIST = path.basename(HOME) === "dist" ? HOME : path.join(HOME, "dist");

/** Bundled when the package is built; nothing is bundled at synthesis, so that a synthesis needs no tool and gives the same bytes everywhere. */
export const HANDLERS_FOLDER = path.join(DIST, "lambdas");

export function handlerCode(handler: string, folder = HANDLERS_FOLDER): Code {
  return Code.fromAsset(path.join(folder, handler));
}
