/** Where text goes. Results on standard output, progress on standard error, so that a pipe carries results only. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** A person watches standard error: a line may be written and taken back. */
  readonly shows: boolean;
  readonly colour: boolean;
}

export type Paint = (text: string) => string;

export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly red: Paint;
}

const CODES = { bold: [1, 22], dim: [2, 22], green: [32, 39], yellow: [33, 39], red: [31, 39] } as const;

export function palette(colour: boolean): Palette {
  const paint = (name: keyof typeof CODES): Paint => {
    const [on, off] = CODES[name];
    return (text) => (colour ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  };
  return { bold: paint("bold"), dim: paint("dim"), green: paint("green"), yellow: paint("yellow"), red: paint("red") };
}

/** Bound at once, so that our own lines pass while a program's output is held back. */
export function processTerminal(): Terminal {
  const out = process.stdout.write.bind(process.stdout);
  const err = process.stderr.write.bind(process.stderr);
  const { NO_COLOR, TERM } = process.env;
  return {
    out: (text) => void out(text),
    err: (text) => void err(text),
    shows: process.stderr.isTTY === true && TERM !== "dumb",
    colour: process.stdout.isTTY === true && TERM !== "dumb" && (NO_COLOR === undefined || NO_COLOR === ""),
  };
}
