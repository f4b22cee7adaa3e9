import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { LooopError } from "../../src/core/error.ts";
import { bytesOf, utf8 } from "../../src/core/text.ts";
import { files } from "../../src/sys/files.ts";
import { dataFolder } from "../support/program/data-folder.ts";
import { run } from "../support/program/run.ts";
import { testUnless } from "../support/program/skip.ts";

const asRoot = testUnless(process.getuid?.() === 0 ? undefined : "only root can give a file away");
const at = (name: string) => join(dataFolder().data, name);
const fifo = (path: string) => void run(["/usr/bin/mkfifo", path], { env: {}, cwd: "/" });
const mode = (path: string) => statSync(path).mode & 0o777;

/** The error of ours that `act` throws. */
function refused(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LooopError) return error.message;
    throw error;
  }
  return "no error";
}

describe("reading", () => {
  test("returns undefined for a missing file and a dangling link", () => {
    const path = at("a");
    symlinkSync("gone", `${path}-link`);

    expect(
      [path, `${path}-link`].map((it) => [
        files.read(it),
        files.readBytes(it),
        files.readPart(it, 0, 1),
        files.stat(it),
      ]),
    ).toEqual([
      [undefined, undefined, undefined, undefined],
      [undefined, undefined, undefined, undefined],
    ]);
  });

  test("follows a link", () => {
    const path = at("a");
    writeFileSync(path, "text");
    symlinkSync(path, `${path}-link`);

    expect(files.read(`${path}-link`)).toBe("text");
  });

  const parts: [offset: number, maxBytes: number, want: string][] = [
    [0, 3, "012"],
    [8, 9, "89"],
    [-3, 9, "789"],
    [-99, 99, "0123456789"],
    [10, 5, ""],
    [99, 5, ""],
  ];
  test.each(parts)("reads a part from byte %i, at most %i", (offset, maxBytes, want) => {
    const path = at("a");
    writeFileSync(path, "0123456789");

    expect(utf8(files.readPart(path, offset, maxBytes) ?? bytesOf("none"))).toBe(want);
  });

  test("refuses a folder, a FIFO and a device, and never waits", () => {
    const path = at("a");
    mkdirSync(path);
    fifo(`${path}-fifo`);

    expect([path, `${path}-fifo`, "/dev/zero"].map((it) => refused(() => files.read(it)))).toEqual([
      `Cannot read ${path}: it is a folder`,
      `Cannot read ${path}-fifo: it is not a regular file`,
      "Cannot read /dev/zero: it is not a regular file",
    ]);
  });

  test("reports that a part of the path is not a folder", () => {
    const path = at("a");
    writeFileSync(path, "");

    expect(refused(() => files.read(join(path, "b")))).toContain("a part of the path is not a folder");
  });
});

describe("write() and jot()", () => {
  test.each(["write", "jot"] as const)(
    "%s replaces the file with a private one, and leaves nothing beside it",
    (verb) => {
      const path = at("a");
      writeFileSync(path, "old", { mode: 0o644 });
      files[verb](path, "new");

      expect([readFileSync(path, "utf8"), mode(path), readdirSync(join(path, ".."))]).toEqual(["new", 0o600, ["a"]]);
    },
  );

  test("write() keeps the old file and leaves no temporary one when it cannot replace it", () => {
    const path = at("a");
    mkdirSync(join(path, "in"), { recursive: true });

    expect(refused(() => files.write(path, "new"))).toBe(`Cannot write ${path}: it is a folder`);
    expect(readdirSync(join(path, ".."))).toEqual(["a"]);
  });

  test("write() can make it executable", () => {
    const path = at("a");
    files.write(path, "#!/bin/sh\n", 0o700);

    expect(mode(path)).toBe(0o700);
  });

  test("write() quotes a path that a terminal could act on", () => {
    expect(refused(() => files.write("/no\u001b[2J\n/x", ""))).toBe(
      'Cannot write "/no\\u001b[2J\\n/x": no such file or folder',
    );
  });
});

describe("create()", () => {
  test("makes the file once", () => {
    const path = at("a");

    expect([files.create(path, "one"), files.create(path, "two"), readFileSync(path, "utf8")]).toEqual([
      true,
      false,
      "one",
    ]);
    expect(readdirSync(join(path, ".."))).toEqual(["a"]);
  });

  test("treats a dangling link as a taken name", () => {
    const path = at("a");
    symlinkSync("gone", path);

    expect([files.create(path, "one"), existsSync(path)]).toEqual([false, false]);
  });
});

describe("append()", () => {
  const cases: [title: string, before: string | undefined, want: string][] = [
    ["begins the file", undefined, "line\n"],
    ["adds a line", "a\n", "a\nline\n"],
    ["closes a torn line first", "a\nto", "a\nto\nline\n"],
    ["adds to an empty file", "", "line\n"],
  ];
  test.each(cases)("%s", (_title, before, want) => {
    const path = at("a");
    if (before !== undefined) writeFileSync(path, before);
    files.append(path, "line");

    expect(readFileSync(path, "utf8")).toBe(want);
  });

  test("makes a private file, and refuses a folder and a FIFO without waiting", () => {
    const path = at("a");
    files.append(path, "line");
    mkdirSync(`${path}-folder`);
    fifo(`${path}-fifo`);

    expect([readFileSync(path, "utf8"), mode(path)]).toEqual(["line\n", 0o600]);
    expect(refused(() => files.append(`${path}-folder`, "x"))).toContain("it is a folder");
    expect(refused(() => files.append(`${path}-fifo`, "x"))).toContain("it is not a regular file");
  });
});

describe("append() and a file of somebody else", () => {
  test("refuses a symbolic link, also one that leads nowhere", () => {
    const path = at("a");
    writeFileSync(path, "kept");
    symlinkSync(path, `${path}-link`);
    symlinkSync(`${path}-none`, `${path}-dangling`);

    expect(refused(() => files.append(`${path}-link`, "x"))).toContain("it is a symbolic link");
    expect(refused(() => files.append(`${path}-dangling`, "x"))).toContain("it is a symbolic link");
    expect([readFileSync(path, "utf8"), existsSync(`${path}-none`)]).toEqual(["kept", false]);
  });

  test("refuses a file with a second name", () => {
    const path = at("a");
    writeFileSync(path, "kept");
    linkSync(path, `${path}-link`);

    expect(refused(() => files.append(`${path}-link`, "x"))).toContain("it has a second name (a hard link)");
    expect(readFileSync(path, "utf8")).toBe("kept");
  });

  asRoot("refuses a file of another user", () => {
    const path = at("a");
    writeFileSync(path, "kept");
    chownSync(path, 64_999, 64_999);

    expect(refused(() => files.append(path, "x"))).toContain("not permitted");
    expect(readFileSync(path, "utf8")).toBe("kept");
  });
});

describe("folders", () => {
  test("are made with their parents, privately, and only when they are not there", () => {
    const path = join(at("a"), "b");
    files.makeDir(path);
    chmodSync(path, 0o755);
    files.makeDir(path);

    expect([mode(join(path, "..")), mode(path)]).toEqual([0o700, 0o755]);
  });

  test("are listed by name, and an absent one is empty", () => {
    const path = at("a");
    expect(files.list(path)).toEqual([]);
    for (const name of ["b", "a", ".c"]) files.makeDir(join(path, name));

    expect(files.list(path)).toEqual([".c", "a", "b"]);
  });

  test("are claimed once", () => {
    const path = at("a");

    expect([files.claimDir(path), files.claimDir(path)]).toEqual([true, false]);
  });

  test("are removed with their contents, never with the target of a link", () => {
    const [path, other] = [at("a"), at("other")];
    files.makeDir(path);
    files.write(other, "kept");
    symlinkSync(join(other, ".."), join(path, "link"));
    files.removeTree(path);
    files.removeTree(path);

    expect([existsSync(path), readFileSync(other, "utf8")]).toEqual([false, "kept"]);
  });
});

describe("openWriter()", () => {
  test("empties the file first", () => {
    const path = at("a");
    for (let turn = 0; turn < 2; turn++) {
      const writer = files.openWriter(path);
      for (const word of ["one ", "two "]) writer.write(bytesOf(word));
      writer.close();
    }

    expect([readFileSync(path, "utf8"), mode(path)]).toEqual(["one two ", 0o600]);
  });

  test("does not write through a link", () => {
    const path = at("a");
    writeFileSync(path, "kept");
    symlinkSync(path, `${path}-link`);

    expect(refused(() => files.openWriter(`${path}-link`))).toContain("it is a symbolic link");
    expect(readFileSync(path, "utf8")).toBe("kept");
  });

  test("replaces a file with a second name, and refuses a FIFO without waiting", () => {
    const path = at("a");
    writeFileSync(path, "kept");
    linkSync(path, `${path}-link`);
    fifo(`${path}-fifo`);
    const writer = files.openWriter(`${path}-link`);
    writer.write(bytesOf("new"));
    writer.close();

    expect([readFileSync(path, "utf8"), readFileSync(`${path}-link`, "utf8")]).toEqual(["kept", "new"]);
    expect(refused(() => files.openWriter(`${path}-fifo`))).toContain("it is not a regular file");
  });
});

test("link() replaces a file, and refuses to replace a folder", () => {
  const path = at("a");
  writeFileSync(path, "");
  files.link("target", path);
  mkdirSync(`${path}-folder`);

  expect(refused(() => files.link("target", `${path}-folder`))).toContain("it is a folder");
  expect(readdirSync(join(path, "..")).sort()).toEqual(["a", "a-folder"]);
});

test("copy() makes a private copy, and returns false for a missing file", () => {
  const path = at("a");
  writeFileSync(path, "text", { mode: 0o644 });

  expect([files.copy(path, `${path}-copy`), files.copy(`${path}-none`, `${path}-other`)]).toEqual([true, false]);
  expect([readFileSync(`${path}-copy`, "utf8"), mode(`${path}-copy`)]).toEqual(["text", 0o600]);
});

test("copy() and touch() do not follow a link at their target", () => {
  const [from, victim] = [at("a"), at("victim")];
  writeFileSync(from, "text");
  writeFileSync(victim, "kept");
  utimesSync(victim, 1, 1);
  symlinkSync(victim, `${from}-link`);
  files.touch(`${from}-link`);
  files.copy(from, `${from}-link`);

  expect([readFileSync(victim, "utf8"), statSync(victim).mtimeMs]).toEqual(["kept", 1_000]);
  expect(readFileSync(`${from}-link`, "utf8")).toBe("text");
});
