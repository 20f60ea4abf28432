/** What every store of releases promises, tried on each alike, and the one that stands in for all of them. */
import { MANIFEST_FILE } from "../../lambdas/domain/packages/manifest";
import type { ReleaseFile } from "../../lambdas/domain/packages/variant";
import type { ReleaseStore } from "../../lambdas/ports/releases";

export interface MemoryReleases {
  readonly store: ReleaseStore;
  /** By `release/path`, in the order of writing. */
  readonly written: ReadonlyMap<string, Uint8Array>;
}

export function memoryReleases(): MemoryReleases {
  const written = new Map<string, Uint8Array>();
  const store: ReleaseStore = {
    write(release, files, manifest) {
      const ours = new Map([...files, manifest].map(({ path, content }) => [`${release}/${path}`, content]));
      const stranger = [...written].find(
        ([path, content]) => path.startsWith(`${release}/`) && !Buffer.from(content).equals(ours.get(path) ?? Buffer.from("\0")),
      );
      if (stranger !== undefined) return Promise.resolve({ kind: "exists", path: stranger[0] });
      for (const [path, content] of ours) written.set(path, content);
      return Promise.resolve({ kind: "written" });
    },
    manifestOf: (release) => Promise.resolve(written.get(`${release}/${MANIFEST_FILE}`)),
  };
  return { written, store };
}

export const file = (path: string, text: string): ReleaseFile => ({ path, content: new TextEncoder().encode(text) });

export interface StoreUnderTest {
  readonly store: ReleaseStore;
  /** Paths of a release that are there by now, sorted. */
  readonly paths: (release: string) => string[];
  /** Lets one write fail once, after it lets `files` files through; absent where a release is written in one step. */
  readonly failAfter?: (files: number) => void;
}

/** @param made a store with nothing in it. */
export function promisesOfAReleaseStore(made: () => StoreUnderTest): void {
  const files = [file("anomaly/config.pbtxt", "name"), file("anomaly/1/model.onnx", "graph")];
  const manifest = file(MANIFEST_FILE, "{}");
  const all = ["anomaly/1/model.onnx", "anomaly/config.pbtxt", MANIFEST_FILE];

  it("writes a release once, and finds it again by its manifest", async () => {
    const { store, paths } = made();
    expect(await store.manifestOf("r1")).toBeUndefined();
    expect(await store.write("r1", files, manifest)).toEqual({ kind: "written" });
    expect(paths("r1")).toEqual(all);
    expect(Buffer.from((await store.manifestOf("r1")) ?? []).toString()).toBe("{}");
  });

  // A slot serves the release. One file more, or another one, and what it serves has never been checked.
  it.each([
    ["other content", [file("anomaly/config.pbtxt", "other"), files[1] ?? manifest], manifest],
    ["a file more, named before all others", [file("aaa/config.pbtxt", "more"), ...files], file(MANIFEST_FILE, "{more}")],
    ["a file less", files.slice(1), file(MANIFEST_FILE, "{less}")],
  ])("leaves a release as it is when another one of its name comes with %s", async (_, others, otherManifest) => {
    const { store, paths } = made();
    await store.write("r1", files, manifest);
    expect((await store.write("r1", others, otherManifest)).kind).toBe("exists");
    expect(paths("r1")).toEqual(all);
    expect(Buffer.from((await store.manifestOf("r1")) ?? []).toString()).toBe("{}");
  });

  // Half a release would be rolled out, and end every pod that loads it.
  it("counts nothing half-written as a release, and ends what an earlier try began", async () => {
    const { store, failAfter } = made();
    if (failAfter === undefined) return;
    for (const through of [1, 2]) {
      failAfter(through);
      await expect(store.write("r1", files, manifest)).rejects.toThrow();
      expect(await store.manifestOf("r1")).toBeUndefined();
    }
    expect(await store.write("r1", files, manifest)).toEqual({ kind: "written" });
    expect(await store.write("r1", files, manifest)).toEqual({ kind: "written" });
  });
}
