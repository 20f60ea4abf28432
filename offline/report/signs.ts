/** The small signs of the picture and the tables, and words that all sections share. Pure. */
import { type Html, markup } from "./html";

export type Sign = "lock" | "globe";

const SHAPES: Record<Sign, string> = {
  lock: "M4.5 7V5a3.5 3.5 0 0 1 7 0v2h.5a1 1 0 0 1 1 1v5.5a1 1 0 0 1 -1 1h-8a1 1 0 0 1 -1 -1V8a1 1 0 0 1 1 -1zm1.6 0h3.8V5a1.9 1.9 0 0 0 -3.8 0z",
  globe:
    "M8 1a7 7 0 1 1 0 14a7 7 0 0 1 0 -14zm-.7 1.8c-.8.7-1.5 2.2-1.7 4.5h1.7zm1.4 0v4.5h1.7c-.2-2.3-.9-3.8-1.7-4.5zM4.7 3.6a5.6 5.6 0 0 0 -2.2 3.7h1.7c.1-1.4.3-2.7.5-3.7zm6.6 0c.3 1 .5 2.3.5 3.7h1.7a5.6 5.6 0 0 0 -2.2-3.7zM2.5 8.7a5.6 5.6 0 0 0 2.2 3.7c-.2-1-.4-2.3-.5-3.7zm3.1 0c.2 2.3.9 3.8 1.7 4.5V8.7zm3.1 0v4.5c.8-.7 1.5-2.2 1.7-4.5zm3.1 0c-.1 1.4-.3 2.7-.5 3.7a5.6 5.6 0 0 0 2.2-3.7z",
};

/** Drawn once, in front of everything that uses them. */
export const SIGNS: Html = markup`<svg width="0" height="0" aria-hidden="true">
${Object.entries(SHAPES).map(([id, shape]) => markup`<symbol id="${id}" viewBox="0 0 16 16"><path fill-rule="evenodd" d="${shape}"/></symbol>`)}
</svg>`;

export function sign(name: Sign): Html {
  return markup`<svg class="${name}"><use href="#${name}"/></svg>`;
}

export function chip(text: string, name?: Sign): Html {
  return markup` <span class="chip ${name === "globe" ? "warn" : ""}">${name === undefined ? undefined : sign(name)} ${text}</span>`;
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** `stacks/data.ts#12` → `stacks/data.ts:12`, which editors open. */
export function place(source: string | undefined): string {
  return source?.replace("#", ":") ?? "";
}
