/**
 * Hands tests the real `process`. Jest gives them a copy that never emits "unhandledRejection", so the engine could not
 * collect the stray promises of a program that fails, and jest-circus would fail the test for each of them.
 */
const { TestEnvironment } = require("jest-environment-node");

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.__realProcess = process;
    // The CDK's validator costs 2 s and 220 MB a test file; the one file that tests validation turns it on itself.
    process.env.CDK_VALIDATION = "false";
  }
};
