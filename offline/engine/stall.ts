/** Names what a program waits for when it waits for ever. Pulumi itself would hang, or end without a word. */
import * as pulumi from "@pulumi/pulumi";
import { placeOf, ProgramError } from "./failures";

interface Constructed {
  type: string;
  name: string;
  props: Record<string, unknown>;
  dependsOn: unknown;
  place?: string;
}

const LOOK_EVERY_MS = 100;
/** A value that is there settles within a few turns of the event loop; what has not after this long is what the program waits for. */
const SETTLE_MS = 50;
const MOST_NAMED = 5;

/** Sees every resource when it is constructed, which is before the SDK waits for its inputs. */
export class Stall {
  private readonly constructed: Constructed[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly root: string) {}

  /** Call inside the program: the SDK keeps transformations on the stack resource, which does not exist before. */
  observe(): void {
    pulumi.runtime.registerStackTransformation((resource) => {
      const { type, name, opts } = resource;
      const place = placeOf(new Error(), this.root);
      this.constructed.push({ type, name, props: resource.props, dependsOn: opts.dependsOn, ...(place === undefined ? {} : { place }) });
      return undefined;
    });
  }

  /** Rejects once nothing has been asked of the monitor for `seconds`, with the resources and inputs that are waited for. */
  watch(seconds: number, monitor: { lastActivity: number; isRegistered(type: string, name: string): boolean }): Promise<never> {
    let idle = 0;
    let seen = monitor.lastActivity;
    return new Promise((_, reject) => {
      // Counting turns of the loop instead of reading a clock: a program that computes for a minute is busy, not stuck.
      this.timer = setInterval(() => {
        idle = monitor.lastActivity === seen ? idle + LOOK_EVERY_MS : 0;
        seen = monitor.lastActivity;
        if (idle < seconds * 1000) return;
        this.stop();
        void this.explanation(monitor, seconds).then((error) => reject(error), reject);
      }, LOOK_EVERY_MS);
    });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async explanation(monitor: { isRegistered(type: string, name: string): boolean }, seconds: number): Promise<ProgramError> {
    const waiting = this.constructed.filter(({ type, name }) => !monitor.isRegistered(type, name));
    const sentences: string[] = [];
    for (const resource of waiting) sentences.push(...(await whatFor(resource)));
    if (sentences.length === 0) {
      return new ProgramError(
        `for ${seconds} seconds nothing has happened: the program waits for a promise or an output that does not resolve, and no resource depends on it; look at its exports and at what it awaits`,
      );
    }
    const more = sentences.length > MOST_NAMED ? [`and ${sentences.length - MOST_NAMED} more`] : [];
    return new ProgramError(
      `for ${seconds} seconds nothing has happened; the program waits:\n${[...sentences.slice(0, MOST_NAMED), ...more].map((line) => `  - ${line}`).join("\n")}`,
    );
  }
}

async function whatFor({ type, name, props, dependsOn, place }: Constructed): Promise<string[]> {
  const where = place === undefined ? "" : ` (${place})`;
  const inputs = [...Object.entries(props), ["dependsOn", dependsOn] as const];
  const pending = await Promise.all(inputs.map(async ([input, value]) => ((await isPending(value)) ? input : undefined)));
  return pending
    .filter((input) => input !== undefined)
    .map(
      (input) =>
        `"${name}" (${type})${where} waits for its ${input === "dependsOn" ? "option" : "input"} "${input}", which does not resolve`,
    );
}

async function isPending(value: unknown): Promise<boolean> {
  const settled = promiseOf(pulumi.output(value)).then(
    () => false,
    () => false,
  );
  return Promise.race([settled, new Promise<boolean>((resolve) => setTimeout(() => resolve(true), SETTLE_MS))]);
}

function promiseOf(output: pulumi.Output<unknown>): Promise<unknown> {
  return (output as unknown as { promise(): Promise<unknown> }).promise();
}
