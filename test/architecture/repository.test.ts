import { read, trackedFiles } from "./sources";

const files = trackedFiles();
const texts = files.filter((file) => !/\.(png|jpg|gif|ico|woff2?|parquet|onnx|zip)$/.test(file));

interface Lock {
  packages: Record<string, { resolved?: string; hasInstallScript?: boolean }>;
}

// A file that nobody can hold in their head is changed by guessing.
test("no source has more than 300 lines that say something", () => {
  const long = files
    .filter((file) => /\.(ts|mjs|js|cjs)$/.test(file) && !/^(test|bench)\//.test(file))
    .map((file) => ({
      file,
      lines: read(file)
        .split("\n")
        .filter((line) => line.trim() !== "").length,
    }))
    .filter(({ lines }) => lines > 300);
  expect(long).toEqual([]);
});

// A path of somebody's machine works on that machine; a host of a registry makes an install behind a mirror ask the wrong one.
test("nothing names a machine's folder or the host of a package registry", () => {
  // Put together here, so that this file does not name them itself.
  const named = new RegExp(
    [
      "/" + "work/",
      "/" + "tmp/bash",
      // Not in the middle of an address.
      "(?<!\\w)/" + "home/\\w+/",
      "(?<!\\w)/" + "Users/\\w+/",
      "registry" + "\\.npmjs",
      "npm" + "js\\.org",
      "proxy" + "\\.golang",
      "pypi" + "\\.org",
      "deb" + "\\.debian",
    ].join("|"),
  );
  const found = texts.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((line, index) => (named.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 100)}`] : [])),
  );
  expect(found).toEqual([]);
});

test("the lock file names versions and hashes, and no host", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as Lock;
  const entries = Object.entries(packages).filter(([place]) => place !== "");
  expect(entries.length).toBeGreaterThan(300);
  expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([place]) => place)).toEqual([]);
});

// "^" is a different program tomorrow. Peers are the exception: there the user's version decides.
test("every dependency is pinned to one version", () => {
  const loose = files
    .filter((file) => /(^|\/)package\.json$/.test(file))
    .flatMap((file) => {
      const { dependencies, devDependencies } = JSON.parse(read(file)) as Record<string, Record<string, string> | undefined>;
      const pins = Object.entries({ ...dependencies, ...devDependencies });
      return pins
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${file}: ${name} ${version}`);
    });
  expect(loose).toEqual([]);
});

// npm 12 will not run them; what needs one then breaks on somebody else's machine first.
test("no dependency's install script is needed, and each is refused by name", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as Lock;
  const scripted = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([place]) => place.replace(/^.*node_modules\//, ""));
  const { allowScripts } = JSON.parse(read("package.json")) as { allowScripts: Record<string, boolean> };
  expect(allowScripts).toEqual(Object.fromEntries([...new Set(scripted)].filter((name) => name !== "").map((name) => [name, false])));
});
