/** HTML in which text is escaped unless it came out of this file: names, values and errors of a program are never markup. Pure. */
export class Html {
  constructor(readonly text: string) {}
}

export type Content = Html | string | number | undefined | readonly Content[];

/** Tagged template: `markup`<b>${name}</b>``. */
export function markup(pieces: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(pieces.reduce((text, piece, index) => text + rendered(contents[index - 1]) + piece));
}

/** For style sheets and scripts of our own, which hold no text of a program. */
export function unescaped(text: string): Html {
  return new Html(text);
}

function rendered(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "object") return content.map(rendered).join("");
  return escaped(String(content));
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escaped(text: string): string {
  // Control characters have no place in HTML, and a terminal that shows the file would obey them.
  return text.replace(/[^\P{Cc}\t\n\r]/gu, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
