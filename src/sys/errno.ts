import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";

/** The person repeats a failed command; a pulse repeats its beat by itself. */
const FULL = "Free some disk space, then run this again; a pulse that runs goes on by itself";

/** The cause and the remedy of each system error, by code. Other errors show the system's own message. */
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
  EMLINK: ["it has a second name (a hard link)", "Put a copy in its place: cp FILE NEW && mv NEW FILE"],
  ENAMETOOLONG: ["the name is too long", "Choose a shorter folder with LOOOP_DATA_DIR"],
  ENOEXEC: ["it is not a program and has no #! line", "Begin the script with a line like #!/bin/sh"],
  ENXIO: ["it is not a regular file", "Move it away and run this again"],
};

/** Returns the code of a system error, or undefined for any other exception. */
export function errnoCode(error: unknown): string | undefined {
  return isErrno(error) ? error.code : undefined;
}

/**
 * Returns a system error as a LooopError: "Cannot <verb> <path>: <cause>". Any other exception is a bug and is returned
 * unchanged. Setup problems (no access, read-only) exit 3, the others 1.
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

/** Returns what `act` returns. Throws its system errors as LooopErrors, see {@linkcode systemError}. */
export function attempt<T>(verb: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw systemError(error, verb, path);
  }
}

/** Returns a path that a person can read and type: bare when its characters are safe, quoted otherwise. */
function shown(path: string): string {
  return /^[\w./@%+=:,~-]+$/.test(path) ? path : quoted(path, path.length);
}

function isErrno(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code);
}
