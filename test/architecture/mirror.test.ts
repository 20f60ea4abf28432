import path from "node:path";
import { importsOf, read, trackedFiles } from "./sources";

const files = trackedFiles().filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
const known = new Set(files);
const sources = files.filter((file) => /^(bootstrap|components|stacks|lambdas|policies|offline)\//.test(file));
const tests = files.filter((file) => file.startsWith("test/") && file.endsWith(".test.ts"));

/** Sources that need a test of their own, by the same path: what decides, and what strangers use. */
const OF_ITS_OWN = [
  /^components\/[^/]+\/([^/]+)\/\1(\.pulumi|\.cdk)?\.ts$/,
  /^lambdas\/(domain|application|handlers)\//,
  /^policies\/rules\//,
  /^stacks\/(index|config\/(parse|schema|invariants|json-schema))\.ts$/,
];

/** Sources that no test of their folder reaches, each with the reason why that is right. */
const REACHED_OTHERWISE: Record<string, string> = {
  "bootstrap/adopt.ts": "reads and writes files for handover.ts, which has tests",
  "stacks/config/load.ts": "started with stacks/index.ts by its test, as Pulumi starts it",
  "policies/index.ts": "constructing the pack starts a server: test/offline/policies/environments.test.ts has Pulumi's own runner load it",
  "components/index.ts": "only names others; test/components/every-component.test.ts and test/package read all of it",
};

/** Folders of tests that mirror no folder of sources, each with what it is about. */
const MIRRORS_NONE: Record<string, string> = {
  "test/architecture": "the repository as a whole",
  "test/package": "the package as it is published",
};

/** How many parts of a path make an area: its tests vouch for each other's helpers. A component's area is its own folder. */
const DEPTH_OF_AREA: Record<string, number> = { bootstrap: 1, components: 3, lambdas: 1, offline: 2, policies: 1, stacks: 1 };

function imports(file: string): string[] {
  return importsOf(file, read(file), (candidate) => known.has(candidate)).filter((target) => known.has(target));
}

function mirrored(test: string): string {
  return `${test.replace(/^test\//, "").replace(/\.test\.ts$/, "")}.ts`;
}

/** What the tests of an area, and those above it, import, and what that imports. A test stands for the source that it mirrors as well. */
function reachedFrom(area: string): Set<string> {
  const near = tests.filter((test) => {
    const folder = path.posix.dirname(mirrored(test));
    return `${folder}/`.startsWith(`${area}/`) || `${area}/`.startsWith(`${folder}/`);
  });
  const reached = new Set<string>();
  const pending = near.flatMap((test) => [mirrored(test), ...imports(test)]).filter((file) => known.has(file));
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    pending.push(...imports(file));
  }
  return reached;
}

// Tests that lie elsewhere than what they test are not found, not kept up, and one day test nothing.
test("what decides, and what strangers use, has a test of its own by the same path", () => {
  const wanting = sources.filter((file) => OF_ITS_OWN.some((rule) => rule.test(file)));
  expect(wanting.length).toBeGreaterThan(20);
  expect(wanting.filter((file) => !known.has(`test/${file.replace(/\.ts$/, ".test.ts")}`) && !isTypesOnly(file))).toEqual([]);
});

test("every other source is reached by a test of its area", () => {
  const areas = new Map<string, Set<string>>();
  const unreached = sources.filter((file) => {
    const steps = path.posix.dirname(file).split("/");
    const area = steps.slice(0, DEPTH_OF_AREA[steps[0] ?? ""]).join("/");
    const reached = areas.get(area) ?? reachedFrom(area);
    areas.set(area, reached);
    return !reached.has(file) && REACHED_OTHERWISE[file] === undefined;
  });
  expect(unreached).toEqual([]);
});

test("every test lies where its sources do, with test/ before", () => {
  const folders = new Set(files.filter((file) => !file.startsWith("test/")).flatMap(foldersOf));
  const strays = tests.filter((test) => {
    const folder = path.posix.dirname(test);
    return !folders.has(folder.replace(/^test\//, "")) && MIRRORS_NONE[folder] === undefined;
  });
  expect(strays).toEqual([]);
});

test("the lists of exceptions name what is there", () => {
  expect(Object.keys(REACHED_OTHERWISE).filter((file) => !known.has(file))).toEqual([]);
  expect(Object.keys(MIRRORS_NONE).filter((folder) => !tests.some((test) => test.startsWith(`${folder}/`)))).toEqual([]);
});

function foldersOf(file: string): string[] {
  const steps = path.posix.dirname(file).split("/");
  return steps.map((_, index) => steps.slice(0, index + 1).join("/"));
}

/** Interfaces alone: there is nothing to run. */
function isTypesOnly(file: string): boolean {
  return !/^(export )?(default |async |abstract )*(const|let|function|class|enum) /m.test(read(file));
}
