/**
 * A Pulumi program that asks the plugin for a Bucket as the engine asks it for a program in Python or Go: it starts the plugin's host, tells it
 * where the resource monitor is, and sends Construct. What the component registers, the monitor of this very program receives.
 */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as pulumi from "@pulumi/pulumi";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConstructRequest, type ConstructResponse, GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";

async function askThePlugin(): Promise<object> {
  const root = path.resolve(__dirname, "../..");
  const host = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/run-plugin"), path.join(root, "plugin"), monitorAddress()]);
  try {
    const client = new ResourceProviderClient(`127.0.0.1:${await port(host)}`, grpc.credentials.createInsecure());
    const schema = await new Promise<GetSchemaResponse>((resolve, reject) => {
      client.getSchema(new GetSchemaRequest(), (error, response) => (error === null ? resolve(response) : reject(error)));
    });
    const built = await new Promise<ConstructResponse>((resolve, reject) => {
      client.construct(request(), (error, response) => (error === null ? resolve(response) : reject(error)));
    });
    client.close();
    return { schema: schema.getSchema(), urn: built.getUrn(), state: built.getState()?.toJavaScript() };
  } finally {
    host.kill();
  }
}

function request(): ConstructRequest {
  const request = new ConstructRequest();
  request.setProject(pulumi.getProject());
  request.setStack(pulumi.getStack());
  request.setOrganization("organization");
  request.setMonitorendpoint(monitorAddress());
  request.setParallel(16);
  request.setType("modelloop:index:Bucket");
  request.setName("lake");
  request.setInputs(
    Struct.fromJavaScript({ encryptWithS3ManagedKey: true, lifecycle: { deleteAfterDays: 30 }, writers: ["loadBalancerLogs"] }),
  );
  return request;
}

function monitorAddress(): string {
  const monitor = pulumi.runtime.getMonitor() as unknown as { getChannel(): { getTarget(): string } };
  return monitor.getChannel().getTarget().replace(/^\w+:/, "");
}

/** The host prints the port that it listens on, and whatever is wrong on its error stream. */
function port(host: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let complaints = "";
    host.stderr?.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    host.stdout?.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
    host.once("exit", (code) => reject(new Error(`the plugin's host ended with code ${code}: ${complaints}`)));
  });
}

export = askThePlugin;
