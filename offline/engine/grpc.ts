/**
 * The second way to record: the same monitor behind gRPC, and the program folder started by Pulumi's own Node runner, untouched. Slower by
 * seconds, because a process is started; it proves that the folder starts as the CLI would start it.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { placeOf, ProgramError, realReason } from "./failures";
import { type Answer, emptyResponse, EngineService, grpc, programRunner, ResourceMonitorService } from "./internals";
import { Monitor } from "./monitor";
import type { Recording } from "./recording";
import type { RecordOptions } from "./record";

export interface FolderOptions extends Omit<RecordOptions, "program" | "root"> {
  /** The project folder. */
  root: string;
  /** `main` of Pulumi.yaml. @default - the folder itself */
  main?: string;
  /** `options.nodeargs` of Pulumi.yaml. @default - none */
  nodeArguments?: string[];
  /** `options.typescript` of Pulumi.yaml. @default true */
  typescript?: boolean;
}

/** Longer than in this process: where a module fails to load, the runner looks through all of node_modules before it says so. */
const STALL_SECONDS = 120;

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
    const { code, printed } = await runNode(arguments_, root, environment, stuck(monitor, options.stallSeconds ?? STALL_SECONDS));
    const recording = monitor.recording();
    if (code === 0 && monitor.errors.length === 0) return recording;
    const logged = recording.messages.filter(({ severity }) => severity === "error").map(({ text }) => reasonIn(text, root));
    const [first] = [...monitor.errors.map((error) => realReason([error], root)), ...logged];
    if (first !== undefined) throw first;
    if (code === STUCK) {
      throw new ProgramError(
        `for ${options.stallSeconds ?? STALL_SECONDS} seconds nothing has happened, and the program has not ended: an input or a promise does not resolve, or a timer or a connection is left open`,
      );
    }
    throw new ProgramError(`the program's runner ended with code ${code}:\n${printed}`);
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

/** The code of a child that was ended because nothing happened any more. */
const STUCK = -1;

/** After an error the runner has nothing left to do, but a connection that it left open may keep it for minutes. */
const SECONDS_AFTER_ERROR = 1;

/** Counts from the first request on: until then the runner is loading the program, which may take its time. */
function stuck(monitor: Monitor, seconds: number): () => boolean {
  const started = monitor.lastActivity;
  const allowed = () => (monitor.hasLoggedErrors() ? SECONDS_AFTER_ERROR : seconds) * 1_000;
  return () => monitor.lastActivity !== started && performance.now() - monitor.lastActivity > allowed();
}

function runNode(
  arguments_: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  isStuck: () => boolean,
): Promise<{ code: number | null; printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, arguments_, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    let ended: number | undefined;
    const timer = setInterval(() => {
      if (!isStuck()) return;
      ended = STUCK;
      child.kill("SIGKILL");
    }, 250);
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(timer);
      resolve({ code: ended ?? code, printed: Buffer.concat(chunks).toString("utf8").trim() });
    });
  });
}

/** Pulumi's runner logs one text: what it did, the error, and a stack of mostly its own frames. */
function reasonIn(text: string, root: string): ProgramError {
  // eslint-disable-next-line no-control-regex -- the runner colours what it prints
  const plain = text.replace(/\u001b\[\d+m/g, "").replace(/^Running program '[^']*' failed with an unhandled exception:\n/, "");
  const message = plain.split(/\n {4}at /)[0] ?? plain;
  return new ProgramError(message.replace(/^Error: /, "").trim(), placeOf({ message, stack: plain }, root));
}
