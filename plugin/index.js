// Pulumi's plugin runner loads this file; its analyzer reads index.ts beside it. Compiled code, because the runner would otherwise
// check every type of every component at each start, in the working directory and so with the settings of somebody else's program.
const fs = require("node:fs");
const path = require("node:path");

const built = path.join(__dirname, "../dist/components/index.js");
if (!fs.existsSync(built)) throw new Error("modelloop is not built: run `npm ci` in the folder above this plugin");

module.exports = require(built);
