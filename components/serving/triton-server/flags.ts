/**
 * Triton's command line. Every flag: server v2.71.0 (26.07), src/command_line_parser.cc; what may be restricted: src/restricted_features.h; what is
 * advised: docs/customization_guide/deploy.md.
 */
import { RELEASE_VARIABLE } from "../../../lambdas/domain/packages/slots";

export const PORTS = { http: 8_000, grpc: 8_001, metrics: 8_002 } as const;

/** By name. */
export function openPorts(allowGrpc: boolean): [name: string, port: number][] {
  return Object.entries(PORTS).filter(([name]) => allowGrpc || name !== "grpc");
}

/** Seconds that calls which are being answered have, once the process is told to end. */
export const EXIT_SECONDS = 30;

/** A thousand rows of 37 numbers as text are less than one; a larger call is a mistake, or no friend's. */
const MOST_INPUT_BYTES = 8 * 2 ** 20;

/** Answers kept for reuse by each call over gRPC. Without a bound a client that reads slowly fills the memory. */
const GRPC_POOL = 32;

/** Nobody's business from outside. Loading a model may run its code; shared memory and logging reach the file system. */
const CLOSED_APIS = ["model-repository", "shared-memory", "model-config", "statistics", "trace", "logging"];

/** Variable with what a caller of the closed ones would have to send: the pod's own id, a new one for each, that is never handed out. */
export const CLOSED_KEY_VARIABLE = "POD_UID";
const CLOSED_HEADER = "x-modelloop-closed";

/** @param repositoryFlag with the bucket and `$(RELEASE_PREFIX)`: see `repositoryFlag`. */
export function tritonFlags<Text>(repositoryFlag: Text, models: readonly string[], allowGrpc = false): (Text | string)[] {
  const closed = `${CLOSED_APIS.join(",")}:${CLOSED_HEADER}=$(${CLOSED_KEY_VARIABLE})`;
  return [
    repositoryFlag,
    // Not poll: it unloads every model when S3 does not answer once (core, model_repository_manager.cc). A release is a roll-out.
    "--model-control-mode=explicit",
    ...models.map((model) => `--load-model=${model}`),
    "--exit-on-error=true",
    "--strict-readiness=true",
    "--disable-auto-complete-config",
    `--exit-timeout-secs=${EXIT_SECONDS}`,
    `--http-max-input-size=${MOST_INPUT_BYTES}`,
    `--http-restricted-api=${closed}`,
    ...(allowGrpc
      ? [`--grpc-restricted-protocol=${closed}`, `--grpc-max-response-pool-size=${GRPC_POOL}`]
      : // On by default, without a limit on what a call holds, and the router speaks HTTP.
        ["--allow-grpc=false"]),
    "--allow-sagemaker=false",
    "--allow-vertex-ai=false",
    "--trace-config=level=off",
    // Quantiles of pods cannot be added up; histograms can. Their buckets are in each model's configuration.
    "--metrics-config=histogram_latencies=true",
  ];
}

/** The variable holds the whole prefix, `releases/2026-11-21-1`: a slot can be pointed at any, and only at one of this bucket. */
export function repositoryFlag(bucketName: string): string {
  return `--model-repository=s3://${bucketName}/$(${RELEASE_VARIABLE})`;
}
