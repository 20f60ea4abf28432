/** A terminal that remembers. */
import type { Terminal } from "../../../offline/commands/terminal";

export interface Spoken {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function spoken(command: (terminal: Terminal) => number | Promise<number>): Promise<Spoken> {
  const said = { out: "", err: "" };
  const code = await command({
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    ...{ shows: false, colour: false },
  });
  return { code, ...said };
}
