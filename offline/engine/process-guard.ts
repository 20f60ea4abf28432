/** Keeps a program from ending the process that plans it: by `process.exit`, or by an error thrown in a timer. */
import { placeOf, ProgramError } from "./failures";

export class ProcessGuard {
  /** Rejects when the program would have ended the process. */
  readonly failed: Promise<never>;
  private fail!: (error: unknown) => void;
  private readonly exit = Object.getOwnPropertyDescriptor(process, "exit");
  private readonly thrown = (error: unknown) => this.fail(error);

  constructor(root: string) {
    this.failed = new Promise((_, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
    process.on("uncaughtException", this.thrown);
    process.exit = (code?: number) => {
      const error = new ProgramError(
        `the program calls process.exit(${code ?? ""}): a program ends by itself, or by throwing`,
        placeOf(new Error(), root),
      );
      this.fail(error);
      throw error;
    };
  }

  stop(): void {
    if (this.exit !== undefined) Object.defineProperty(process, "exit", this.exit);
    process.off("uncaughtException", this.thrown);
  }
}
