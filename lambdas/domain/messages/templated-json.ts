/**
 * JSON that a template has put together without escaping: the one that Amazon documents for Managed Prometheus and SNS does so with every
 * label and annotation (AMP user guide, "Configure alert manager to send messages to Amazon SNS as JSON", 2026). One quote in an
 * annotation, and the alert would be lost.
 *
 * What makes it readable after all: keys are names of labels and hold no quote, and a value ends only where JSON can go on.
 */
const KEY_END = /\s*:/y;

/** The next key of the object, the end of the object, or the end of a list; each followed by what may follow it. */
const VALUE_END = /\s*(?:,\s*"[A-Za-z_]\w*"\s*:\s*["{[]|\}\s*(?:$|[\]}]|,\s*["{])|\]\s*(?:$|\}|,\s*"))/y;

/** Undefined where it is no JSON even so. */
export function parseTemplatedJson(text: string): unknown {
  for (const candidate of [text, escaped(text)]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next candidate.
    }
  }
  return undefined;
}

function escaped(text: string): string {
  let result = "";
  let end: RegExp | undefined;
  let before = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (end === undefined) {
      if (character === '"') end = before === ":" ? VALUE_END : KEY_END;
      else if (character.trim() !== "") before = character;
      result += character;
    } else if (character === '"' && matchesAt(end, text, index + 1)) {
      end = undefined;
      before = '"';
      result += character;
    } else {
      result += JSON.stringify(character).slice(1, -1);
    }
  }
  return result;
}

function matchesAt(pattern: RegExp, text: string, index: number): boolean {
  pattern.lastIndex = index;
  return pattern.test(text);
}
