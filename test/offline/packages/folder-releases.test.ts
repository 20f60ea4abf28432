import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkFolder, folderRelease } from "../../../offline/packages/folder-releases";
import { onnxRunner } from "../../../offline/packages/onnx-runner";
import { promisesOfAReleaseStore } from "../../support/release-stores";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "releases-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

// Parity that silently does not run is worse than none.
it("says what to install where ONNX Runtime is absent, and fails where it is broken", () => {
  const absent = Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
  const failing = (error: Error) => () => {
    throw error;
  };
  expect(() => onnxRunner(failing(absent))).toThrow(
    "modelloop package is refused:\n  - onnxruntime-web is not installed; without it nothing shows that the packaged model answers like the trained one: run npm install --save-dev onnxruntime-web@1.30.0",
  );
  expect(() => onnxRunner(failing(new Error("broken")))).toThrow("broken");
});

it("writes a folder whole or not at all", async () => {
  const release = path.join(folder, "r1");
  const manifest = { path: "manifest.json", content: Buffer.from("{}") };
  const clash = [
    { path: "a", content: Buffer.from("a file") },
    { path: "a/b", content: Buffer.from("below it") },
  ];
  expect(() => folderRelease(release).write("r1", clash, manifest)).toThrow();
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(await folderRelease(release).write("r1", [], manifest)).toEqual({ kind: "written" });
  expect(await folderRelease(release).write("r1", [], manifest)).toEqual({ kind: "exists", path: release });
  expect(checkFolder(release)).toEqual({ faults: [`${release}/manifest.json is no manifest of a release: package the model anew`] });
  expect(checkFolder(folder)).toEqual({
    faults: [`${folder} holds no manifest.json; it is no release, or only half of one: package the model anew`],
  });
});

describe("a folder as a store of releases", () => {
  promisesOfAReleaseStore(() => {
    const release = path.join(folder, "r1");
    const paths = () =>
      fs
        .readdirSync(release, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(release, path.join(entry.parentPath, entry.name)))
        .sort();
    return { store: folderRelease(release), paths };
  });
});
