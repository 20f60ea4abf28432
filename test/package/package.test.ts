/** The package as it is published, used as a stranger would: packed, unpacked, compiled against, run. */
import fs from "node:fs";
import { builtinModules } from "node:module";
import os from "node:os";
import path from "node:path";
import { filesBelow, installPacked, node, ROOT } from "./packed";

interface Manifest {
  version: string;
  main: string;
  types: string;
  exports: Record<string, string | { types: string; default: string }>;
  typesVersions?: Record<string, Record<string, string[]>>;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

let folder: string;
let installed: string;
let manifest: Manifest;

beforeAll(() => {
  folder = installPacked();
  installed = path.join(folder, "node_modules/modelloop");
  manifest = JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8")) as Manifest;
}, 180_000);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("C2 what is packed", () => {
  test("is the library, the command and the licence, and no source, test or stack file", () => {
    const folders = new Set(
      filesBelow(installed).map((file) =>
        file
          .split("/")
          .slice(0, file.startsWith("dist/") ? 2 : 1)
          .join("/"),
      ),
    );
    expect([...folders].sort()).toEqual([
      "LICENSE",
      "README.md",
      "dist/components",
      "dist/lambdas",
      "dist/offline",
      "dist/policies",
      "dist/training",
      "examples",
      "package.json",
      "policies",
      "scenarios",
    ]);
    expect(filesBelow(installed).filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
  });

  test("has every file that the manifest promises", () => {
    const promised = [
      manifest.main,
      manifest.types,
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports).flatMap((to) => (typeof to === "string" ? [to] : Object.values(to))),
    ];
    expect(promised.filter((file) => !fs.existsSync(path.join(installed, file)))).toEqual([]);
  });

  // moduleResolution node10 knows no "exports": without this, a subpath compiles here and fails at the user's.
  test("maps every subpath for compilers that do not read exports", () => {
    const subpaths = Object.keys(manifest.exports).filter((subpath) => ![".", "./package.json"].includes(subpath));
    const mapped = Object.keys(manifest.typesVersions?.["*"] ?? {}).map((subpath) => `./${subpath}`);
    expect(mapped.sort()).toEqual(subpaths.sort());
  });

  // A library that brings a second @pulumi/aws with it costs its user a second and 100 MB, and instanceof stops working between the two.
  test("shares the user's Pulumi SDKs and CDK, and is tested with one of the versions that it accepts", () => {
    const sdks = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)].filter((name) =>
      /^(@pulumi\/|aws-cdk-lib$|cdk-nag$|constructs$|onnxruntime-web$)/.test(name),
    );
    expect(sdks).toEqual(Object.keys(manifest.peerDependencies));
    for (const [name, range] of Object.entries(manifest.peerDependencies)) expect(range).toBe(`^${manifest.devDependencies[name]}`);
  });

  // Ours are all there in this repository; at the user's, an undeclared one is a crash at the first import.
  test("imports nothing that it neither contains nor declares", () => {
    const declared = new Set([
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.peerDependencies),
      ...builtinModules.map((name) => `node:${name}`),
    ]);
    // A bundle runs in Lambda and holds what it needs; what it still names are Node's own modules, and extras that its parts can do without.
    const isBundle = (file: string): boolean => /^dist\/lambdas\/[^/]+\/(index|onnx-runtime)\.js$/.test(file);
    const missing = filesBelow(installed)
      .filter((file) => /\.(js|d\.ts)$/.test(file) && !isBundle(file))
      .flatMap((file) => importsOf(path.join(installed, file)).map((wanted) => ({ file, wanted })))
      .filter(({ file, wanted }) =>
        wanted.startsWith(".") ? !isFile(path.join(installed, path.dirname(file), wanted)) : !declared.has(packageName(wanted)),
      );
    expect(missing).toEqual([]);
  });
});

describe("C2 a program that imports it", () => {
  const SOURCE = `
import type * as pulumi from "@pulumi/pulumi";
import { Bucket, type BucketArgs, NatGateways, Network } from "modelloop";
const args: BucketArgs = { encryptWithS3ManagedKey: true, lifecycle: { deleteAfterDays: 30 } };
export const bucketName: pulumi.Output<string> = new Bucket("logs", args).bucketName;
export const vpcId: pulumi.Output<string> = new Network("net", { natGateways: NatGateways.None }).reference().vpcId as pulumi.Output<string>;
// @ts-expect-error: the declarations are read, and not all taken for any
new Bucket("wrong", { encryptWithS3ManagedKey: "yes" });
`;
  const RESOLUTIONS = {
    node10: { module: "commonjs", moduleResolution: "node10", ignoreDeprecations: "6.0" },
    node16: { module: "node16", moduleResolution: "node16" },
    bundler: { module: "preserve", moduleResolution: "bundler" },
  };

  /** Checks the program and our declarations, and nothing of the SDKs': those have faults of their own, and take ten seconds. */
  const CHECK = `
    const ts = require("typescript");
    const { options } = ts.convertCompilerOptionsFromJson(JSON.parse(process.argv[1]), ".");
    const program = ts.createProgram(["index.ts"], options);
    const ours = program.getSourceFiles().filter(({ fileName }) => /(^|[/])index[.]ts$|node_modules[/]modelloop[/]/.test(fileName));
    const found = [...program.getOptionsDiagnostics(), ...ours.flatMap((file) => program.getSemanticDiagnostics(file))];
    const sentences = found.map(({ file, messageText }) => file?.fileName + ": " + ts.flattenDiagnosticMessageText(messageText, " "));
    console.log(JSON.stringify({ checked: ours.length > 5, sentences }));`;

  test.each(Object.entries(RESOLUTIONS))("compiles under moduleResolution %s", (_name, resolution) => {
    fs.writeFileSync(path.join(folder, "index.ts"), SOURCE);
    const options = JSON.stringify({ target: "es2022", strict: true, noEmit: true, types: [], ...resolution });
    const { stdout, stderr } = node(["-e", CHECK, options], folder);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({ checked: true, sentences: [] });
  });

  test("runs, from CommonJS and from ES modules", () => {
    const body = `
      pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name + "-id", state: inputs }), call: ({ inputs }) => inputs });
      new modelloop.Bucket("logs", { encryptWithS3ManagedKey: true }).bucketName.apply((name) => console.log(name));`;
    fs.writeFileSync(
      path.join(folder, "run.cjs"),
      `const pulumi = require("@pulumi/pulumi"); const modelloop = require("modelloop");${body}`,
    );
    fs.writeFileSync(
      path.join(folder, "run.mjs"),
      `import * as pulumi from "@pulumi/pulumi"; import { Bucket } from "modelloop"; const modelloop = { Bucket };${body}`,
    );
    for (const file of ["run.cjs", "run.mjs"]) expect(node([file], folder)).toEqual({ code: 0, stdout: "logs-bucket-id\n", stderr: "" });
  });

  // 40 MB of CDK for somebody who wants a bucket, at each start of their program.
  test("loads neither the CDK nor anything of the offline engine", () => {
    const script = `
      require("modelloop");
      const loaded = Object.keys(require.cache).filter((file) => /aws-cdk-lib|node_modules.constructs|dist.offline|aws-sdk/.test(file));
      console.log(JSON.stringify({ loaded, all: Object.keys(require.cache).length > 100 }));`;
    expect(JSON.parse(node(["-e", script], folder).stdout)).toEqual({ loaded: [], all: true });
  });
});

describe("C2 its command", () => {
  test("answers, and tells its version", () => {
    const bin = path.join(installed, manifest.bin["modelloop"] ?? "");
    expect(fs.readFileSync(bin, "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
    expect(node([bin, "--version"], folder)).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });
});

describe("C2 the build", () => {
  // `npm ci --omit=dev`, a slim container: the install of everything else must not fail over what cannot be built.
  test("leaves an install without development dependencies in peace, and says what is missing", () => {
    const bare = fs.mkdtempSync(path.join(os.tmpdir(), "bare-"));
    fs.mkdirSync(path.join(bare, "scripts"));
    for (const file of ["package.json", "scripts/prepare.mjs"]) fs.copyFileSync(path.join(ROOT, file), path.join(bare, file));
    const { code, stderr } = node(["scripts/prepare.mjs"], bare);
    fs.rmSync(bare, { recursive: true });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "modelloop: dist/ is not built, because esbuild and TypeScript are development dependencies: run npm ci without --omit=dev\n",
    });
  });
});

function importsOf(file: string): string[] {
  const text = fs.readFileSync(file, "utf8");
  return [...text.matchAll(/(?:\brequire\(|\bfrom |\bimport\()"([^"\n]+)"/g)].map(([, wanted = ""]) => wanted);
}

function packageName(wanted: string): string {
  return wanted.startsWith("node:")
    ? wanted
    : wanted
        .split("/")
        .slice(0, wanted.startsWith("@") ? 2 : 1)
        .join("/");
}

function isFile(wanted: string): boolean {
  return [wanted, `${wanted}.js`, `${wanted}.d.ts`, `${wanted}/index.js`, `${wanted}/index.d.ts`].some(
    (file) => fs.existsSync(file) && fs.statSync(file).isFile(),
  );
}
