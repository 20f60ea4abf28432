import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { accessString, CacheAccess, type NamedUser, NOBODY, userFaults, userId } from "../../../../components/data/cache/cache-users";

describe("I5 users", () => {
  it.each<[NamedUser, string]>([
    [{ name: "api" }, "on ~* -@all +@read +@write +@connection +@transaction +@scripting -@dangerous +info"],
    [
      { name: "feast", keyPrefixes: ["feast:", "registry:"] },
      "on ~feast:* ~registry:* -@all +@read +@write +@connection +@transaction +@scripting -@dangerous +info",
    ],
    [{ name: "viewer", access: CacheAccess.ReadOnly, keyPrefixes: ["emb:"] }, "on %R~emb:* -@all +@read +@connection -@dangerous +info"],
  ])("%j may do %s", (user, access) => expect(accessString(user)).toBe(access));

  it.each<[string, NamedUser[], string[]]>([
    ["nobody at all", [], []],
    [
      "two users",
      [
        { name: "feast", keyPrefixes: ["feast:"] },
        { name: "api", access: CacheAccess.ReadOnly },
      ],
      [],
    ],
    ["a name that is another's", [{ name: "default" }], ["users[0].name is default; that is another's: choose another name"]],
    [
      "a name that is no id",
      [{ name: "The_API" }],
      [
        'users[0].name is "The_API"; "cache-The_API" is to be an id in ElastiCache, of up to 40 lower-case letters, digits and single hyphens: choose another',
      ],
    ],
    [
      "a name that is too long together with the cache's",
      [{ name: "a".repeat(35) }],
      [
        `users[0].name is "${"a".repeat(35)}"; "cache-${"a".repeat(35)}" is to be an id in ElastiCache, of up to 40 lower-case letters, digits and single hyphens: choose another`,
      ],
    ],
    // A prefix with a blank in it is two rules, and the second may be "+@all".
    [
      "a prefix that is more than a prefix",
      [{ name: "feast", keyPrefixes: ["x +@all"] }],
      [
        'users[0].keyPrefixes has "x +@all"; a prefix is letters, digits and . : _ -, and a star is put behind it: write it so, or leave keyPrefixes out for all keys',
      ],
    ],
    [
      "no prefix",
      [{ name: "feast", keyPrefixes: [] }],
      ["users[0].keyPrefixes is empty; such a user could touch no key: name one, or leave it out for all keys"],
    ],
    ["the same user twice", [{ name: "feast" }, { name: "feast" }], ["users names feast more than once; each counts once: name it once"]],
    [
      "an access that is none",
      [{ name: "feast", access: "admin" as CacheAccess }],
      ['users[0].access is "admin"; it must be one of readWrite, readOnly: use one of these'],
    ],
    [
      "too many",
      Array.from({ length: 101 }, (_, index) => ({ name: `u${index}` })),
      ["users names 101; a cache has 100 at most: name fewer"],
    ],
  ])("are judged: %s", (_, users, faults) => expect(userFaults("cache", users)).toEqual(faults));

  it("fails on a cache whose name leaves no room for its group of users", () => {
    expect(userFaults("A cache", [])).toEqual([
      'the component\'s name is "A cache"; "A cache-users" is to be an id in ElastiCache, of up to 40 lower-case letters, digits and single hyphens: choose another',
    ]);
  });

  // The provider's own end of the id is added, and the whole refused, when everything around the cache is there already.
  it("fails on a cache whose name leaves no room for its nodes", () => {
    expect(userFaults("a".repeat(26), [])).toEqual([]);
    expect(userFaults("a".repeat(27), [])).toEqual([
      `the component's name is "${"a".repeat(27)}", of 27 characters; the id of its nodes is made from it, and ElastiCache leaves 26 characters for that: choose a shorter one`,
    ]);
  });

  it("have ids that two caches of an account do not share", () => expect(userId("prod-cache", "feast")).toBe("prod-cache-feast"));
});

const redis = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].find((folder) => fs.existsSync(path.join(folder, "redis-server")));

(redis === undefined ? describe.skip : describe)("I5 access strings on a real Redis (skipped where none is installed)", () => {
  let folder: string;
  let server: ChildProcess;
  const tool = (name: string) => path.join(redis ?? "", name);
  const cli = (...args: string[]) =>
    execFileSync(tool("redis-cli"), ["-s", path.join(folder, "socket"), "--no-auth-warning", ...args], { encoding: "utf8" }).trim();
  const as = (user: string, ...command: string[]) => cli("--user", user, "--pass", "x", ...command);

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "redis-"));
    server = spawn(tool("redis-server"), ["--port", "0", "--unixsocket", "socket", "--save", ""], { cwd: folder, stdio: "ignore" });
    const ready = () => fs.existsSync(path.join(folder, "socket"));
    for (let attempt = 0; attempt < 100 && !ready(); attempt++) await new Promise((resolve) => setTimeout(resolve, 50));
    const users: NamedUser[] = [
      { name: "feast", keyPrefixes: ["feast:"] },
      { name: "viewer", access: CacheAccess.ReadOnly, keyPrefixes: ["feast:"] },
    ];
    for (const user of users) cli("ACL", "SETUSER", user.name, ">x", ...accessString(user).split(" "));
    cli("ACL", "SETUSER", "default", ...NOBODY.split(" "));
  });
  afterAll(async () => {
    const ended = once(server, "exit");
    server.kill();
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("let a user work with its own keys and a time to live, and with no others", () => {
    expect(as("feast", "SET", "feast:1", "row", "EX", "3600")).toBe("OK");
    expect(as("feast", "GET", "feast:1")).toBe("row");
    expect(as("feast", "SET", "session:1", "x")).toMatch(/^NOPERM/);
    expect(as("viewer", "GET", "feast:1")).toBe("row");
    expect(as("viewer", "SET", "feast:1", "x")).toMatch(/^NOPERM/);
  });

  // One KEYS or FLUSHALL of one client is an outage for all of them.
  it.each(["FLUSHALL", "KEYS *", "CONFIG GET save", "ACL LIST", "CLIENT KILL TYPE normal"])("let nobody run %s", (command) =>
    expect(as("feast", ...command.split(" "))).toMatch(/^NOPERM/),
  );

  it("let clients ask whether the connection is ready, and let nobody in who does not log in", () => {
    expect(as("viewer", "PING")).toBe("PONG");
    expect(as("viewer", "INFO", "server")).toContain("redis_version");
    expect(cli("PING")).toMatch(/^NOAUTH/);
  });
});
