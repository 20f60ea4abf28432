/** Where the package lies, from sources and built alike. */
import path from "node:path";

const HOME = path.resolve(__dirname, "..");

/** What is built lies in its `dist`. */
export const PACKAGE_ROOT = path.basename(HOME) === "dist" ? path.dirname(HOME) : HOME;
