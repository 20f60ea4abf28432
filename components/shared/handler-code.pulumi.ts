import path from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Root of the repository, where components run as sources; its `dist`, where they run as what was built from them. */
const HOME = path.resolve(__dirname, "../..");
const DIST = path.basename(HOME) === "dist" ? HOME : path.join(HOME, "dist");

/** What `npm run prepare` bundled of `lambdas/handlers/<handler>.ts`, as the code of a function whose handler is `index.handler`. */
export function handlerCode(handler: string): pulumi.asset.Archive {
  return new pulumi.asset.FileArchive(path.join(DIST, "lambdas", handler));
}
