/** YAML for people to read, of plain data: block style, every text in quotes, so that no text is ever taken for a number, a date or a `no`. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue | undefined };

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function yamlOf(document: { readonly [key: string]: YamlValue | undefined }): string {
  return `${isEmpty(document) ? emptyOf(document) : lines(document).join("\n")}\n`;
}

function lines(value: YamlValue): string[] {
  if (typeof value !== "object") return [scalar(value)];
  if (isList(value)) {
    return value.flatMap((item) => {
      const [first = "", ...rest] = isEmpty(item) ? [emptyOf(item)] : lines(item);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  return Object.entries(value).flatMap(([name, item]) => {
    if (item === undefined) return [];
    const key = PLAIN_KEY.test(name) ? name : JSON.stringify(name);
    if (typeof item !== "object") return [`${key}: ${scalar(item)}`];
    if (isEmpty(item)) return [`${key}: ${emptyOf(item)}`];
    return [`${key}:`, ...lines(item).map((line) => `  ${line}`)];
  });
}

/** A text of JSON is one of YAML 1.2; what JSON cannot say of numbers, YAML can. */
function scalar(value: string | number | boolean): string {
  if (typeof value !== "number" || Number.isFinite(value)) return JSON.stringify(value);
  return Number.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function isEmpty(value: YamlValue): boolean {
  return typeof value === "object" && Object.values(value).every((item) => item === undefined);
}

function emptyOf(value: YamlValue): string {
  return isList(value) ? "[]" : "{}";
}
