import { lstatSync } from "node:fs";
import { join, sep } from "node:path";
import process from "node:process";
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { attempt } from "./errno.ts";
import type { Files } from "./sys.ts";

/**
 * Returns `files` with a check before each change below the folder `root()`: it throws (exit 3) when a folder on the way is
 * a symbolic link or belongs to another user. The root itself may be a link; nothing is checked while it is undefined.
 * Another process can still swap a folder between the check and the change.
 */
export function ownFolders(files: Files, root: () => string | undefined): Files {
  /** Throws when a folder above `path` is not looop's own; with `itself`, also when `path` is such a folder. */
  const check = (path: string, itself = false) => {
    const top = root();
    if (top === undefined || !path.startsWith(`${top}${sep}`)) return;
    const names = path.slice(top.length + 1).split(sep);
    let folder = top;
    for (const name of itself ? names : names.slice(0, -1)) {
      folder = join(folder, name);
      if (!isThere(folder)) return;
    }
  };
  return {
    ...files,
    write: (path, content, mode) => {
      check(path);
      files.write(path, content, mode);
    },
    jot: (path, content) => {
      check(path);
      files.jot(path, content);
    },
    create: (path, content, mode) => {
      check(path);
      return files.create(path, content, mode);
    },
    append: (path, line) => {
      check(path);
      files.append(path, line);
    },
    makeDir: (dir) => {
      check(dir, true);
      files.makeDir(dir);
    },
    claimDir: (dir) => {
      check(dir);
      return files.claimDir(dir);
    },
    rename: (from, to) => {
      check(from);
      check(to);
      files.rename(from, to);
    },
    share: (from, to) => {
      check(from);
      check(to);
      return files.share(from, to);
    },
    remove: (path) => {
      check(path);
      files.remove(path);
    },
    removeTree: (dir) => {
      check(dir);
      files.removeTree(dir);
    },
    removeEmpty: (dir) => {
      check(dir);
      files.removeEmpty(dir);
    },
    copy: (from, to) => {
      check(to);
      return files.copy(from, to);
    },
    touch: (path) => {
      check(path);
      files.touch(path);
    },
    link: (target, path) => {
      check(path);
      files.link(target, path);
    },
    openWriter: (path) => {
      check(path);
      return files.openWriter(path);
    },
  };
}

/** Returns false when nothing is at `folder`. Throws when it is a link, or a folder of another user. */
function isThere(folder: string): boolean {
  const stats = attempt("look at", folder, () => lstatSync(folder, { throwIfNoEntry: false }));
  if (stats === undefined) return false;
  if (stats.isSymbolicLink()) throw notOwn(folder, "it is a symbolic link", "Put a folder in place of the link");
  if (stats.isDirectory() && stats.uid !== process.geteuid?.())
    throw notOwn(folder, `it belongs to user ${stats.uid}`, "Move it away, or change its owner with chown");
  return true;
}

function notOwn(folder: string, state: string, hint: string): LooopError {
  return new LooopError({
    message: `Cannot use the folder ${quoted(folder, folder.length)}: ${state}`,
    hint: `${hint}; only the data folder itself may be a link`,
    exit: EXIT.setup,
  });
}
