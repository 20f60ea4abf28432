import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { read, ROOT, trackedFiles } from "./sources";

const files = trackedFiles();
const documents = files.filter((file) => file.endsWith(".md"));
const componentFolders = files
  .filter((file) => /^components\/[^/]+\/([^/]+)\/\1\.(pulumi|cdk)\.ts$/.test(file))
  .map((file) => path.posix.dirname(file))
  .filter((folder, index, all) => all.indexOf(folder) === index);

const SECTIONS = ["Smallest example", "Security", "Cost", "What replaces it"];

interface Snippet {
  name: string;
  text: string;
}

/** Every block of TypeScript in a document, as a file of its own. */
function snippetsOf(document: string): Snippet[] {
  return [...read(document).matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```/gm)].map(([, text = ""], index) => ({
    name: `${document.replaceAll("/", "__").replace(/\.md$/, "")}-${index + 1}.ts`,
    text,
  }));
}

test.each(componentFolders)("%s has a README with what a reader looks for first", (folder) => {
  const titles = [...read(`${folder}/README.md`).matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(titles).toEqual(expect.arrayContaining(SECTIONS));
  expect(snippetsOf(`${folder}/README.md`).length).toBeGreaterThan(0);
});

// The first thing that anybody does with a README is to copy its example; one that does not compile is the last thing they do with it.
test("every TypeScript snippet of every document compiles", () => {
  const folder = path.join(ROOT, ".cache", `snippets-${process.pid}`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const snippets = documents.flatMap(snippetsOf);
  expect(snippets.length).toBeGreaterThan(componentFolders.length);
  for (const { name, text } of snippets) fs.writeFileSync(path.join(folder, name), `${text}\nexport {};\n`);
  const paths = { modelloop: ["../../components/index.ts"], "modelloop/cdk": ["../../components/cdk.ts"] };
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false, paths };
  fs.writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] }),
  );
  const { stdout } = spawnSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", folder], { cwd: folder, encoding: "utf8" });
  fs.rmSync(folder, { recursive: true, force: true });
  // What the sources themselves have to answer for is the type check's affair.
  expect(stdout.split("\n").filter((line) => snippets.some(({ name }) => line.startsWith(name)))).toEqual([]);
}, 120_000);

test("every link of every document leads to a file that is there", () => {
  const dead = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].flatMap(([, target = ""]) => {
      const file = path.posix.join(path.posix.dirname(document), target);
      return fs.existsSync(path.join(ROOT, file)) ? [] : [`${document} leads to ${file}`];
    }),
  );
  expect(dead).toEqual([]);
});

describe("a decision record", () => {
  const records = files.filter((file) => file.startsWith("docs/decisions/") && file.endsWith(".md"));

  test("has a number of its own", () => {
    const numbers = records.map((file) => /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]);
    expect(numbers).not.toContain(undefined);
    expect(numbers).toEqual([...new Set(numbers)]);
  });

  test("says what was decided and what the alternatives would have cost, on one page", () => {
    const lacking = records.filter((file) => {
      const text = read(file);
      return !/^## Decision$/m.test(text) || !/^## .*[Aa]lternatives?/m.test(text) || text.split("\n").length > 80;
    });
    expect(lacking).toEqual([]);
  });
});
