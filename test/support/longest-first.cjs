/**
 * Begins with what takes longest. Jest knows that from its last run; in a fresh clone it goes by the size of a file, and a small one that plays every
 * scenario would begin last, and have one core work while the other waits.
 */
const Sequencer = require("@jest/test-sequencer").default;

const LONGEST = [
  "every-scenario",
  "package/package",
  "engine/grpc",
  "scenarios/rehearse",
  "stacks/index",
  "package/plugin",
  "architecture/documents",
];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => LONGEST.findIndex((name) => path.endsWith(`${name}.test.ts`));
    const known = [...super.sort(tests)];
    const first = known.filter((test) => rank(test) >= 0).sort((one, other) => rank(one) - rank(other));
    return [...first, ...known.filter((test) => rank(test) < 0)];
  }
};
