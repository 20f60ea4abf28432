/** Events as their senders write them; each file says where its shape comes from. */
import fs from "node:fs";
import path from "node:path";

const FOLDER = path.resolve(__dirname, "../events");

export function event(name: string): object {
  return (JSON.parse(fs.readFileSync(path.join(FOLDER, `${name}.json`), "utf8")) as { event: object }).event;
}

/** As it lies in a queue. */
export function body(name: string): string {
  return JSON.stringify(event(name));
}

export function eventNames(): string[] {
  return fs.readdirSync(FOLDER).map((file) => path.basename(file, ".json"));
}
