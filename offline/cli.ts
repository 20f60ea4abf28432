#!/usr/bin/env node
import v8 from "node:v8";
import { main } from "./commands/main";
import { processTerminal } from "./commands/terminal";

// The WebAssembly of a command lives for seconds: optimising it takes four seconds of processor time, from the threads that it is used by.
v8.setFlagsFromString("--liftoff-only");

void main(process.argv.slice(2), processTerminal(), process.cwd()).then(
  // A program may leave timers or sockets behind; the work is done, so nothing waits for them. Text on its way out does count.
  (code) => process.stdout.write("", () => process.stderr.write("", () => process.exit(code))),
  (error: unknown) => {
    process.stderr.write(
      `This is a fault of modelloop, please report it:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      () => process.exit(1),
    );
  },
);
