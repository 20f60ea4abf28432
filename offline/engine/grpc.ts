/**
 * The second way to record: the same monitor behind gRPC, and the program folder started by Pulumi's own Node runner, untouched. Slower by
 * seconds, because a process is started; it proves that the folder starts as the CLI would start it.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { ProgramError } from "./failures";
import { type Answer, emptyResponse, EngineService, grpc, programRunner, ResourceMonitorService } from "./internals";
import { Monitor } from "./monitor";
import type { Recording } from "./recording";
import type { RecordOptions } from "./record";

export interface FolderOptions extends Omit<RecordOptions, "program" | "stallSeconds" | "root"> {
  /** The project folder. */
  root: string;
  /** `main` of Pulumi.yaml. @default - the folder itself */
  main?: string;
  /** `options.nodeargs` of Pulumi.yaml. @default - none */
  nodeArguments?: string[];
  /** `options.typescript` of Pulumi.yaml. @default true */
  typescript?: boolean;
}

/** Verbs whose response carries nothing; the monitor answers `{}` and the wire wants a message. */
const EMPTY = new Set([
  "registerResourceOutputs",
  "registerStackTransform",
  "registerStackInvokeTransform",
  "registerResourceHook",
  "registerErrorHook",
  "signalAndWaitForShutdown",
  "setRootResource",
  "requirePulumiVersion",
  "log",
]);

/** @throws ProgramError with what the runner printed, where the program does not end well. */
export async function recordFolder(options: FolderOptions): Promise<Recording> {
  const { project, stack, mode, root, organization = "organization", config = {}, secretKeys = [], answers = {} } = options;
  const monitor = new Monitor({ project, stack, organization, mode, root, config, answers });
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(ResourceMonitorService, verbs("monitor", ResourceMonitorService, monitor));
  server.addService(EngineService, verbs("engine", EngineService, monitor));
  try {
    const port = await listen(server);
    const address = `127.0.0.1:${port}`;
    const arguments_ = [
      ...(options.nodeArguments ?? []),
      programRunner(),
      ...[`--monitor=${address}`, `--engine=${address}`, `--project=${project}`, `--stack=${stack}`, `--organization=${organization}`],
      ...["--parallel=16", ...(mode === "preview" ? ["--dry-run"] : []), `--root-directory=${root}`, `--pwd=${root}`],
      options.main === undefined ? "." : path.resolve(root, options.main),
    ];
    const environment = {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
      PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
    };
    const { code, printed } = await runNode(arguments_, root, environment);
    const recording = monitor.recording();
    if (code === 0 && monitor.errors.length === 0) return recording;
    const logged = recording.messages.filter(({ severity }) => severity === "error").map(({ text }) => text);
    const reasons = [...monitor.errors.map((error) => (error as Error).message), ...logged];
    throw new ProgramError(reasons.length > 0 ? reasons.join("\n") : `the program's runner ended with code ${code}:\n${printed}`);
  } finally {
    monitor.close();
    server.forceShutdown();
  }
}

function verbs(service: "monitor" | "engine", definition: object, monitor: Monitor): grpc.UntypedServiceImplementation {
  const handlers = monitor as unknown as Record<string, ((request: unknown, answer: Answer<unknown>) => void) | undefined>;
  return Object.fromEntries(
    Object.keys(definition).map((verb) => [
      verb,
      (call: { request: unknown }, done: grpc.sendUnaryData<unknown>) => {
        const handler = handlers[verb];
        if (handler === undefined) {
          done({ code: grpc.status.UNIMPLEMENTED, details: `${verb} is not answered offline` });
          return;
        }
        handler.call(monitor, call.request, (error, response) => {
          if (error !== null) done({ code: error.code ?? grpc.status.UNKNOWN, details: error.details ?? "" });
          else done(null, EMPTY.has(verb) ? emptyResponse(service, verb) : response);
        });
      },
    ]),
  );
}

function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

function runNode(arguments_: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, arguments_, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, printed: Buffer.concat(chunks).toString("utf8").trim() }));
  });
}
