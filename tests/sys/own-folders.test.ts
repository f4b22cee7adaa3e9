import { describe, expect, test } from "bun:test";
import { chownSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { LooopError } from "../../src/core/error.ts";
import { files } from "../../src/sys/files.ts";
import { ownFolders } from "../../src/sys/own-folders.ts";
import type { Files } from "../../src/sys/sys.ts";
import { dataFolder } from "../support/program/data-folder.ts";
import { testUnless } from "../support/program/skip.ts";

const asRoot = testUnless(process.getuid?.() === 0 ? undefined : "only root can give a folder away");

/** Every way to change a file or folder at `path`; `other` exists, outside. */
const CHANGES: readonly [what: string, change: (of: Files, path: string, other: string) => unknown][] = [
  ["write", (of, path) => of.write(path, "x")],
  ["jot", (of, path) => of.jot(path, "x")],
  ["create", (of, path) => of.create(path, "x")],
  ["append", (of, path) => of.append(path, "x")],
  ["makeDir", (of, path) => of.makeDir(path)],
  ["claimDir", (of, path) => of.claimDir(path)],
  ["rename to", (of, path, other) => of.rename(other, path)],
  ["rename from", (of, path, other) => of.rename(path, `${other}-2`)],
  ["share to", (of, path, other) => of.share(other, path)],
  ["share from", (of, path, other) => of.share(path, `${other}-2`)],
  ["remove", (of, path) => of.remove(path)],
  ["removeTree", (of, path) => of.removeTree(path)],
  ["removeEmpty", (of, path) => of.removeEmpty(path)],
  ["copy", (of, path, other) => of.copy(other, path)],
  ["touch", (of, path) => of.touch(path)],
  ["link", (of, path, other) => of.link(other, path)],
  ["openWriter", (of, path) => of.openWriter(path).close()],
];

/** A data folder, and a folder outside with one file in it. */
function place() {
  const { data } = dataFolder();
  const [away, other] = [join(dirname(data), "away"), join(dirname(data), "other")];
  for (const folder of [data, away, join(away, "in")]) mkdirSync(folder, { recursive: true });
  for (const file of [join(away, "precious"), join(away, "in/precious"), other]) writeFileSync(file, "precious");
  return { data, away, other, own: ownFolders(files, () => data) };
}

/** Throws anything but an error of ours, whose message it returns with the exit code. */
function refused(act: () => unknown): [message: string, exit: number] {
  try {
    act();
  } catch (error) {
    if (error instanceof LooopError) return [error.message, error.exit];
    throw error;
  }
  return ["no error", 0];
}

describe("ownFolders()", () => {
  test.each(CHANGES)("refuses to %s through a folder that is a link", (_what, change) => {
    const { away, data, other, own } = place();
    symlinkSync(away, join(data, "runs"));
    const before = readdirSync(away, { recursive: true });

    for (const path of ["runs/precious", "runs/in/precious", "runs/new"])
      expect(refused(() => change(own, join(data, path), other))).toEqual([
        `Cannot use the folder "${join(data, "runs")}": it is a symbolic link`,
        3,
      ]);

    expect(readdirSync(away, { recursive: true })).toEqual(before);
  });

  test("refuses to make a folder where a link is, also one that leads nowhere", () => {
    const { away, data, own } = place();
    symlinkSync(away, join(data, "asks"));
    symlinkSync(join(away, "none"), join(data, "runs"));

    expect(refused(() => own.makeDir(join(data, "asks")))[0]).toContain("it is a symbolic link");
    expect(refused(() => own.makeDir(join(data, "runs/r1")))[0]).toContain("it is a symbolic link");
  });

  asRoot("refuses a folder of another user, and leaves alone what is outside", () => {
    const { away, data, own } = place();
    mkdirSync(join(data, "runs"));
    for (const folder of [away, join(data, "runs")]) chownSync(folder, 64_999, 64_999);

    expect(refused(() => own.write(join(data, "runs/x"), "x"))[0]).toContain("it belongs to user 64999");
    own.write(join(away, "x"), "x");
  });

  test("allows a data folder that is a link, and everything before it is known", () => {
    const { data } = place();
    renameSync(data, `${data}-real`);
    symlinkSync(`${data}-real`, data);
    const own = ownFolders(files, () => data);
    own.makeDir(join(data, "runs/r1"));
    own.write(join(data, "runs/r1/x"), "x");
    ownFolders(files, () => undefined).write(join(data, "y"), "y");

    expect(readdirSync(`${data}-real`, { recursive: true }).sort()).toEqual(["runs", "runs/r1", "runs/r1/x", "y"]);
  });
});
