import { manifestSchema } from "../../../lambdas/domain/packages/manifest";
import { releaseNameFaults } from "../../../lambdas/domain/release-name";
import { splitFaults } from "../../../lambdas/domain/split/split";
import { split } from "./split/examples";

const RULE = "a name has up to 63 lower-case letters, digits, dots, underscores and hyphens, a letter or digit at both ends: rename it";

it.each<[string, string[]]>([
  ["2026-11-21-1", []],
  ["log-anomaly_2026.11", []],
  ["a".repeat(63), []],
  ["a".repeat(64), [`release is "${"a".repeat(64)}"; ${RULE}`]],
  ["R 1", [`release is "R 1"; ${RULE}`]],
  ["-r1", [`release is "-r1"; ${RULE}`]],
  ["", [`release is ""; ${RULE}`]],
  ["none", ['release is "none"; metrics call so what went to nobody: rename it']],
])("S3 judges the name %j", (name, faults) => {
  expect(releaseNameFaults("release", name)).toEqual(faults);
});

// Packaged, checked and uploaded under a name that the router then refuses: the release is whole, and nobody can ever be given it.
it.each(["r1", "a".repeat(63), "a".repeat(64), "none", "r_1", "R1", "r1."])("S3 a manifest and a split judge %j alike", (name) => {
  const packaged = manifestSchema.shape.release.safeParse(name).success;
  const split1 = splitFaults({ ...split(), stable: { release: name, slot: "a" } }).length === 0;
  expect([packaged, split1]).toEqual(Array(2).fill(releaseNameFaults("release", name).length === 0));
});
