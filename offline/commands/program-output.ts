/** Holds back what a program writes while it runs: it would tear our lines, and spoil the one JSON document that --json promises. */
type Write = typeof process.stdout.write;

export async function withProgramOutput<T>(run: () => Promise<T>): Promise<{ result: T; lines: string[] }> {
  let text = "";
  const hold = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") (callback as () => void)();
    return true;
  }) as Write;
  const before = [process.stdout, process.stderr].map((stream): { stream: NodeJS.WriteStream; write: Write } => ({
    stream,
    write: stream.write.bind(stream),
  }));
  for (const { stream } of before) stream.write = hold;
  try {
    const result = await run();
    return { result, lines: linesOf(text) };
  } catch (error) {
    // What a failing program said is often the only hint at why.
    throw new FailedProgram(error, linesOf(text));
  } finally {
    for (const { stream, write } of before) stream.write = write;
  }
}

export class FailedProgram extends Error {
  constructor(
    readonly reason: unknown,
    readonly lines: readonly string[],
  ) {
    super("the program failed", { cause: reason });
  }
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}
