/** Few files that share one recorded run each: what costs is importing the SDKs anew in every test file, not transforming ours. */
module.exports = {
  globalSetup: "<rootDir>/test/support/built.cjs",
  testSequencer: "<rootDir>/test/support/longest-first.cjs",
  testEnvironment: "<rootDir>/test/support/real-process-environment.cjs",
  testEnvironmentOptions: { globalsCleanup: "off" },
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Examples and packed fixtures carry a package.json of their own with our name; the module map must not see two.
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/out/", "<rootDir>/.cache/"],
  cacheDirectory: "<rootDir>/.cache/jest",
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" }, sourceMaps: "inline" },
    ],
  },
  maxWorkers: 2,
  // Each file imports the SDKs into a registry of its own; without recycling, a worker passes 2 GB.
  workerIdleMemoryLimit: "768MB",
  testTimeout: 60_000,
};
