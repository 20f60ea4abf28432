/** The program folder as the Pulumi CLI would start it: another process, Pulumi's own runner, nothing of it changed. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { loadProgram, type Mode, record, type Recording } from "../../../offline/engine";
import { type FolderOptions, recordFolder } from "../../../offline/engine/grpc";
import { readProject } from "../../../offline/plan/project";
import { readStackFile } from "../../../offline/plan/stack-file";

const ROOT = path.resolve(__dirname, "../../..");

function runtimeOptions(): Pick<FolderOptions, "nodeArguments" | "typescript"> {
  const { runtime } = parse(fs.readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as {
    runtime: { options: { nodeargs: string; typescript: boolean } };
  };
  return { nodeArguments: runtime.options.nodeargs.split(" "), typescript: runtime.options.typescript };
}

/** Registration order is a race between promises, and Pulumi's runner does not map lines back to TypeScript under tsx; the files must agree. */
function comparable({ resources, stackOutputs }: Recording): object {
  const byUrn = resources.map((resource) => [resource.urn, { ...resource, source: resource.source?.replace(/#\d+$/, "") }] as const);
  return { resources: Object.fromEntries(byUrn.sort(([left], [right]) => (left < right ? -1 : 1))), stackOutputs };
}

// A plan that only works inside our own process would promise something that `pulumi up` does not keep.
it.each<Mode>(["apply", "preview"])("C1 dev, started by Pulumi's own runner, registers in %s mode what the plan says", async (mode) => {
  const project = readProject(ROOT);
  const { config, secretKeys } = readStackFile(project, "dev");
  const run = { project: project.name, stack: "dev", mode, config, secretKeys, root: ROOT };
  const planned = await record({ ...run, program: loadProgram(ROOT, project.main) });
  const started = await recordFolder({ ...run, main: project.main ?? ".", ...runtimeOptions() });
  expect(started.resources.length).toBeGreaterThan(10);
  expect(comparable(started)).toEqual(comparable(planned));
});

it("fails with what the program says, not with what the runner makes of it", async () => {
  // As small as a program can be: what the runner does with a failure does not depend on how long it loaded before.
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-fails-"));
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(root, "node_modules"));
  const errors = JSON.stringify(path.join(ROOT, "components/shared/errors"));
  fs.writeFileSync(
    path.join(root, "index.ts"),
    `import { ConfigurationError } from ${errors};\nthrow new ConfigurationError("Pulumi.dev.yaml", ["no model"]);\n`,
  );
  try {
    const run = recordFolder({ project: "fails", stack: "dev", mode: "preview", config: {}, root, main: "index.ts", ...runtimeOptions() });
    await expect(run).rejects.toThrow(/^Pulumi\.dev\.yaml is refused:\n {2}- no model/);
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
