import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";

interface Errno {
  readonly code: string;
  readonly message: string;
}

/** A command that ended with it is to be typed again; a pulse tries again itself. */
const FULL = "Free some disk space, then run this again; a pulse that runs goes on by itself";

/** What a system error means and what helps, by its code. Codes that are not listed show as they are. */
const KNOWN: Readonly<Record<string, readonly [cause: string, hint: string]>> = {
  EACCES: ["permission denied", "Give your user access to it, or choose another folder with LOOOP_DATA_DIR"],
  EPERM: ["not permitted", "Check who owns it, or choose another folder with LOOOP_DATA_DIR"],
  ENOENT: ["no such file or folder", "Check the path"],
  ENOTDIR: ["a part of the path is not a folder", "Check the path"],
  EEXIST: ["something else has that name", "Move it away and run this again"],
  EISDIR: ["it is a folder", "Move the folder away and run this again"],
  ENOSPC: ["no space left on the device", FULL],
  EDQUOT: ["disk quota exceeded", FULL],
  EROFS: ["the file system is read-only", "Choose a writable folder with LOOOP_DATA_DIR"],
  EBADF: ["it is closed", "Open it, or send it to /dev/null when nobody is to read it"],
  EIO: ["input/output error", "Check the disk"],
  EMFILE: ["too many open files in this process", "Raise `ulimit -n`"],
  ENFILE: ["too many open files on this machine", "Close some programs"],
  EAGAIN: ["no more processes allowed for now", "Close some programs, or raise `ulimit -u`"],
  ENOMEM: ["out of memory", "Close some programs"],
  E2BIG: ["the arguments are too long", "Pass the text in a file"],
  ELOOP: ["it is a symbolic link, or too many of them", "Replace the link with the file itself"],
  ENAMETOOLONG: ["the name is too long", "Choose a shorter folder with LOOOP_DATA_DIR"],
  ENOEXEC: ["it is not a program and has no #! line", "Begin the script with a line like #!/bin/sh"],
  ENXIO: ["it is not a regular file", "Move it away and run this again"],
};

/** The code of a system error, or undefined for any other exception. */
export function errnoCode(error: unknown): string | undefined {
  return isErrno(error) ? error.code : undefined;
}

/**
 * A system error as ours: "Cannot <verb> <path>: <cause>". Any other exception comes back as it is: it is a bug.
 * Setup problems (no access, read-only) exit 3, the others 1.
 */
export function systemError(error: unknown, verb: string, path: string): unknown {
  if (!isErrno(error)) return error;
  const [cause, hint] = KNOWN[error.code] ?? [error.message, "Check the path and the disk"];
  const setup = ["EACCES", "EPERM", "EROFS", "ENOTDIR", "ENAMETOOLONG"].includes(error.code);
  return new LooopError({
    message: `Cannot ${verb} ${shown(path)}: ${cause}`,
    hint,
    exit: setup ? EXIT.setup : EXIT.failed,
    cause: error,
  });
}

/** What `act` returns; a system error of it is thrown as ours, see {@linkcode systemError}. */
export function attempt<T>(verb: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw systemError(error, verb, path);
  }
}

/** A path as people can read and type it: bare when it is plain, quoted otherwise. */
function shown(path: string): string {
  return /^[\w./@%+=:,~-]+$/.test(path) ? path : quoted(path, path.length);
}

function isErrno(error: unknown): error is Errno {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code);
}
