/** Code as it would be uploaded, unpacked where Node can load it. Once for each content, however many environments have it. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { inflateRawSync } from "node:zlib";

const folders = new Map<string, string>();
let home: string | undefined;

/** A folder of this process alone, because what is loaded from it runs with the rights of whoever plans; it goes with the process. */
export function newHome(): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-code-"));
  process.once("exit", () => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

/** @param folder where code is unpacked from now on. A thread is given one by whoever outlives it: nobody tells a thread of the end. */
export function unpackIn(folder: string): void {
  home = folder;
}

/** @param zip an archive whose name names its content */
export function unpacked(zip: string): string {
  const name = path.basename(zip, ".zip");
  const known = folders.get(name);
  if (known !== undefined) return known;
  home ??= newHome();
  const folder = path.join(home, name);
  for (const { file, content } of entriesOf(fs.readFileSync(zip))) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), content);
  }
  folders.set(name, folder);
  return folder;
}

const END_OF_DIRECTORY = 0x06054b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
const DEFLATED = 8;

/** An archive without a comment, as the loop's are (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16). */
export function entriesOf(zip: Buffer): { file: string; content: Buffer }[] {
  const end = zip.length - END_LENGTH;
  if (end < 0 || zip.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error("the code is no archive that the rehearsal can read");
  const entries: { file: string; content: Buffer }[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    const file = zip.toString("utf8", at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const begins = local + LOCAL_LENGTH + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(begins, begins + zip.readUInt32LE(at + 20));
    if (file.split("/").includes("..")) throw new Error(`the code holds ${file}, which leads out of its folder`);
    entries.push({ file, content: zip.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(packed) : packed });
    at += ENTRY_LENGTH + nameLength + extraLength + commentLength;
  }
  return entries;
}
