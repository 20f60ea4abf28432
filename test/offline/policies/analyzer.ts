/** Pulumi's own analyzer server, started from the npm package as the CLI starts it, and asked over its own protocol. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { type ClientReadableStream, credentials, type ServiceError } from "@grpc/grpc-js";
import * as esbuild from "esbuild";
import * as empty from "google-protobuf/google/protobuf/empty_pb";
import * as structs from "google-protobuf/google/protobuf/struct_pb";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import * as services from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { Properties, RecordedResource } from "../../../offline/engine";
import type { Reconciled } from "../../../offline/policies/configuration";

const ROOT = path.resolve(__dirname, "../../..");
const LEVELS = ["advisory", "mandatory", "disabled", "remediate"] as const;

export interface Told {
  policy: string;
  level: string;
  urn: string;
  message: string;
}

/** Asked as a preview would: each resource with its inputs, then the stack with what would be in the state. */
export async function analyzed(resources: readonly RecordedResource[], stack: string, configured: Reconciled): Promise<Told[]> {
  const pack = fs.mkdtempSync(path.join(cacheFolder(), "pack-"));
  try {
    await esbuild.build({
      ...{ entryPoints: [path.join(ROOT, "policies/index.ts")], outfile: path.join(pack, "index.js") },
      ...{ bundle: true, platform: "node", format: "cjs", external: ["@pulumi/*"] },
    });
    for (const file of ["PulumiPolicy.yaml", "package.json"]) fs.copyFileSync(path.join(ROOT, "policies", file), path.join(pack, file));
    const manifest = JSON.parse(fs.readFileSync(path.join(pack, "package.json"), "utf8")) as object;
    fs.writeFileSync(path.join(pack, "package.json"), JSON.stringify({ ...manifest, main: "index.js" }));
    return await asked(pack, resources, stack, configured);
  } finally {
    fs.rmSync(pack, { recursive: true });
  }
}

function cacheFolder(): string {
  const folder = path.join(ROOT, ".cache");
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

async function asked(pack: string, resources: readonly RecordedResource[], stack: string, configured: Reconciled): Promise<Told[]> {
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack/index.js");
  const env = { ...process.env, PULUMI_NODEJS_STACK: stack, PULUMI_NODEJS_PROJECT: "test", PULUMI_NODEJS_TYPESCRIPT: "false" };
  const server = spawn(process.execPath, [runner, "127.0.0.1:1", pack], { cwd: pack, stdio: ["ignore", "pipe", "inherit"], env });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      server.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
      server.once("exit", (code) => reject(new Error(`the analyzer ended with ${code}`)));
    });
    const client = new services.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()) as unknown as Client;
    const call = <T>(method: string, request: unknown) =>
      new Promise<T>((resolve, reject) =>
        client[method]?.(request, (error, answer) => (error === null ? resolve(answer as T) : reject(error))),
      );
    await call("getAnalyzerInfo", new empty.Empty());
    await call("configure", configuration(configured));
    const told: Told[] = [];
    const inStack = new analyzer.AnalyzeStackRequest();
    for (const resource of resources) {
      const answer = await call<analyzer.AnalyzeResponse>("analyze", requestFor(resource));
      told.push(...answer.getDiagnosticsList().map((found) => diagnostic(found, resource.urn)));
      inStack.addResources(stateOf(resource));
    }
    const answer = await call<analyzer.AnalyzeResponse>("analyzeStack", inStack);
    told.push(...answer.getDiagnosticsList().map((found) => diagnostic(found, found.getUrn())));
    (client as unknown as { close(): void }).close();
    return told;
  } finally {
    server.kill();
  }
}

type Client = Record<
  string,
  ((request: unknown, done: (error: ServiceError | null, answer: unknown) => void) => ClientReadableStream<unknown>) | undefined
>;

function configuration({ policies }: Reconciled): analyzer.ConfigureAnalyzerRequest {
  const request = new analyzer.ConfigureAnalyzerRequest();
  for (const [name, { level, settings }] of policies) {
    const config = new analyzer.PolicyConfig();
    config.setEnforcementlevel(LEVELS.indexOf(level));
    config.setProperties(struct(settings as Properties));
    request.getPolicyconfigMap().set(name, config);
  }
  return request;
}

function requestFor(resource: RecordedResource): analyzer.AnalyzeRequest {
  const request = new analyzer.AnalyzeRequest();
  request.setUrn(resource.urn);
  request.setType(resource.type);
  request.setName(resource.name);
  request.setProperties(struct(resource.inputs));
  request.setOptions(optionsOf(resource));
  return request;
}

function stateOf(resource: RecordedResource): analyzer.AnalyzerResource {
  const state = new analyzer.AnalyzerResource();
  state.setUrn(resource.urn);
  state.setType(resource.type);
  state.setName(resource.name);
  state.setProperties(struct(resource.outputs));
  state.setOptions(optionsOf(resource));
  state.setParent(resource.parent ?? "");
  state.setDependenciesList(resource.dependencies);
  for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
    const dependencies = new analyzer.AnalyzerPropertyDependencies();
    dependencies.setUrnsList(urns);
    state.getPropertydependenciesMap().set(property, dependencies);
  }
  return state;
}

function optionsOf({ options }: RecordedResource): analyzer.AnalyzerResourceOptions {
  const given = new analyzer.AnalyzerResourceOptions();
  given.setProtect(options.protect ?? false);
  return given;
}

function struct(properties: Properties): structs.Struct {
  return structs.Struct.fromJavaScript(properties);
}

/** The analyzer writes the policy's description before each message. */
function diagnostic(found: analyzer.AnalyzeDiagnostic, urn: string): Told {
  const level = LEVELS[found.getEnforcementlevel()] ?? "?";
  const message = found.getMessage();
  const prefix = `${found.getDescription()}\n`;
  return { policy: found.getPolicyname(), level, urn, message: message.startsWith(prefix) ? message.slice(prefix.length) : message };
}
