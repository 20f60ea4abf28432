import type { ModelArchives } from "../../../../lambdas/ports/model-archives";
import type { Artifacts } from "../../../../lambdas/ports/registry";
import { TestWorld } from "../../support/test-loop";

/** What a run's steps speak to, in memory; the ledger is the real one. */
export class StepWorld {
  readonly files = new Map<string, string>();
  readonly packed = new Map<string, ReadonlyMap<string, Uint8Array>>();

  private constructor(private readonly world: TestWorld) {}

  static async make(): Promise<StepWorld> {
    return new StepWorld(await TestWorld.make());
  }

  get loop() {
    const { ledger, logbook, clock } = this.world.loop;
    return { ledger, logbook, clock, artifacts: this.artifacts, archives: this.archives };
  }

  private get artifacts(): Artifacts {
    return {
      exists: (uri) => Promise.resolve(this.files.has(uri)),
      read: (uri) => Promise.resolve(this.files.get(uri)),
      write: (uri, text) => Promise.resolve(void this.files.set(uri, text)),
    };
  }

  private get archives(): ModelArchives {
    return {
      read: (uri) => {
        const files = this.packed.get(uri);
        return Promise.resolve(
          files === undefined
            ? { kind: "unreadable", reason: `${uri} is not there: look at the job that was to write it` }
            : { kind: "read", files },
        );
      },
    };
  }

  pass(hours: number): void {
    this.world.pass(hours);
  }

  async told(): Promise<{ event: string; reason: string; values: object }[]> {
    return (await this.world.trail()).map(({ event, reason, values }) => ({ event, reason, values }));
  }
}
