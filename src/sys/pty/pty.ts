import { existsSync, statSync } from "node:fs";
import process from "node:process";
import { EXIT, LooopError } from "../../core/error.ts";
import { quoted } from "../../core/names.ts";
import { bytesOf, utf8 } from "../../core/text.ts";
import { readEnv } from "../env.ts";
import { attempt } from "../errno.ts";
import { files } from "../files.ts";
import { groups } from "../process/groups.ts";
import { proc } from "../process/proc.ts";
import type { Pty, PtyCommand, Ptys } from "../tty.ts";
import { PtyFollower } from "./pty-follower.ts";
import { InputQueue } from "./pty-input.ts";
import { GATE, type PtyLibrary, type PtyMaster } from "./pty-library.ts";
import { mastersOf, terminalOf } from "./pty-masters.ts";
import { PtyReader } from "./pty-reader.ts";
import { Settling } from "./pty-settling.ts";

/** Opens PTYs through this runtime's library, which is unpacked to the first usable folder of `folders`. */
export async function openPtys(folders: readonly string[]): Promise<Ptys> {
  const { openLibrary } =
    process.versions["deno"] === undefined ? await import("./pty-bun.ts") : await import("./pty-deno.ts");
  const library = await openLibrary(folders);
  return { open: (command) => open(library, command) };
}

function open(library: PtyLibrary, command: PtyCommand): Pty {
  const program = checkCommand(command);
  const { takeMaster } = library;
  const script = takeMaster === undefined ? 'exec "$@"' : GATE;
  const { cols, rows } = command.size;
  const handle = library.spawn(commandLine(script, program, command.argv), command.cwd, cols, rows);
  if (handle < 0) throw cannotRun(program, "the system refused", "Close some programs, or raise `ulimit -u`");
  const pid = library.pid(handle);
  const identity = proc.identify(pid);
  const masters = mastersOf(pid);
  const pty =
    takeMaster === undefined
      ? queued(library, handle, masters[0], command)
      : followed(library, handle, takeMaster(handle, masters), command);
  return { pid, identity, ...pty };
}

type Terminal = Omit<Pty, "pid" | "identity">;

/** A terminal whose unread output stays in the kernel. */
function followed(library: PtyLibrary, handle: number, master: PtyMaster, command: PtyCommand): Terminal {
  const pid = library.pid(handle);
  const input = new InputQueue(master.write, () => command.onDrain?.());
  const late = { isGroupAlive: () => groups.alive(pid), isUnread: master.isReadable };
  const follower = new PtyFollower(library, handle, master, command, new Settling(late));
  return {
    write: (bytes) => input.push(bytes),
    unread: unreadOf(library, terminalOf(pid), input),
    resize: master.resize,
    hurry: () => follower.hurry(),
    close: () => {
      follower.stop();
      input.close();
      master.close();
      library.close(handle);
    },
  };
}

/** A terminal whose unread output the library queues. */
function queued(library: PtyLibrary, handle: number, master: number | undefined, command: PtyCommand): Terminal {
  const pid = library.pid(handle);
  const input = new InputQueue(
    (bytes) => sendInput(library, handle, master, bytes),
    () => command.onDrain?.(),
  );
  const reader = new PtyReader(library, handle, command, {
    isGroupAlive: () => groups.alive(pid),
    isUnread: () => master !== undefined && library.isReadable(master),
  });
  return {
    write: (bytes) => {
      reader.hurry();
      return input.push(bytes);
    },
    unread: unreadOf(library, terminalOf(pid), input),
    resize: (size) => {
      reader.hurry();
      library.resize(handle, size.cols, size.rows);
    },
    hurry: () => reader.hurry(),
    close: () => {
      reader.stop();
      input.close();
      library.close(handle);
    },
  };
}

function unreadOf(library: PtyLibrary, terminal: string | undefined, input: InputQueue): Pty["unread"] {
  return () => {
    const held = terminal === undefined ? undefined : library.unreadBytes(terminal);
    return { queuedBytes: input.queuedBytes, isHeld: held === undefined ? undefined : held > 0 };
  };
}

/**
 * Returns the argv of a shell that becomes the program. When exec fails in the library's child, the runtime's crash
 * handler prints its report on the worker's terminal; a shell reports the cause and exits 126 or 127.
 */
function commandLine(script: string, program: string, argv: readonly string[]): string {
  return ["/bin/sh", "-c", script, "sh", program, ...argv.slice(1)].map(shellWord).join(" ");
}

/**
 * Writes through the master's descriptor, where the kernel reports when it has taken the bytes. Where the descriptor
 * cannot be found (no /proc) the library's queue takes them at once, and the cap limits only a single burst.
 */
function sendInput(library: PtyLibrary, handle: number, master: number | undefined, bytes: Uint8Array) {
  if (master !== undefined) return library.writeTo(master, bytes);
  return library.write(handle, bytes) < 0 ? Promise.reject(new Error("closed")) : Promise.resolve(bytes.length);
}

/** Returns the program's path. Throws on whatever would make the library fail without a reason or run something else. */
function checkCommand({ argv, cwd }: PtyCommand): string {
  const name = argv[0] ?? "";
  if (argv.some((word) => word.includes("\0"))) throw cannotRun(name, "an argument holds a NUL byte", "Remove it");
  checkLength(name, argv);
  checkFolder(cwd);
  const program = proc.which(name, readEnv()["PATH"] ?? "", cwd);
  if (program === undefined) throw cannotRun(name, "no such command", "Install it, or correct the name", EXIT.setup);
  const missing = missingInterpreter(program);
  if (missing !== undefined) throw cannotRun(name, `its interpreter ${missing} is missing`, "Correct its #! line");
  return program;
}

/** Throws when the folder is missing: the library would silently use HOME instead. */
function checkFolder(cwd: string): void {
  if (attempt("start in", cwd, () => statSync(cwd).isDirectory())) return;
  const message = `Cannot start in ${cwd}: it is not a folder`;
  throw new LooopError({ message, hint: "Choose a folder", exit: EXIT.failed });
}

/** The kernels' limits, in bytes: Linux's for one argument and (with the usual 8 MiB of stack) for all, macOS's for all. */
const WORD_BYTES = process.platform === "linux" ? 131_071 : 1_000_000;
const ALL_BYTES = process.platform === "linux" ? 2_000_000 : 1_000_000;

function checkLength(name: string, argv: readonly string[]): void {
  const environment = Object.entries(readEnv()).map(([key, value]) => `${key}=${value}`);
  const words = [...argv, ...environment].map((word) => bytesOf(word).length + 1);
  // Each argument also takes a pointer.
  const allBytes = words.reduce((sum, bytes) => sum + bytes + 8, 0);
  if (Math.max(...words) > WORD_BYTES || allBytes > ALL_BYTES) {
    throw cannotRun(name, "the arguments are too long", "Pass the text in a file");
  }
}

/** Returns the path in a script's `#!` line when that file does not exist. */
function missingInterpreter(program: string): string | undefined {
  const interpreter = /^#![ \t]*(\S+)/.exec(firstBytes(program))?.[1];
  return interpreter === undefined || existsSync(interpreter) ? undefined : interpreter;
}

function firstBytes(program: string): string {
  try {
    return utf8(files.readPart(program, 0, 256) ?? new Uint8Array());
  } catch {
    return ""; // a program can be executable without being readable
  }
}

function cannotRun(name: string, why: string, hint: string, exit: 1 | 3 = EXIT.failed): LooopError {
  return new LooopError({ message: `Cannot run ${quoted(name)}: ${why}`, hint, exit });
}

/** Quotes `word` so that the library's splitting returns it unchanged. */
function shellWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
