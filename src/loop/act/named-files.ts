import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { EXIT, expected, LooopError } from "../../core/error.ts";
import type { Move } from "../../core/move/move.ts";
import { moveName } from "../../core/move/move-text.ts";
import { namedPaths } from "../../core/shell/named-paths.ts";
import { plainLine } from "../../core/text.ts";
import type { FileStat } from "../../sys/sys.ts";
import type { Context } from "../context/context.ts";

/**
 * The files that a command names. A yes to the command is a yes to their content, so it is bound to them:
 * - in the data folder, to each file that is named, and each file in a folder that is named;
 * - elsewhere, to the files that the command runs;
 * - for a verify command, only to the files that it runs.
 *
 * A path that the command builds while it runs is not seen, nor is anything that a script reads or starts.
 */

export type NamedFilesDeps = Pick<Context, "env" | "files" | "paths" | "sha256">;

/** SHA-256 by path: from the data folder, or absolute. */
export type NamedFiles = Readonly<Record<string, string>>;

/** The most files that a yes is bound to, and the most folders that relative paths are tried in. */
const MAX_FILES = 1_000;
const MAX_FOLDERS = 32;

/** The entry for the files past those limits: it never changes, and the person's question mentions it. */
const NOT_BOUND = "more files than looop compares";

/** A larger file is told by its size and time, because hashing it would hold up the beat. In bytes. */
const MAX_BYTES = 16 * 1_048_576;

/** Returns the digests of the files that the command of a move names now; none for a move without a command. */
export function namedFilesOf(deps: NamedFilesDeps, move: Move): NamedFiles {
  if (move.action === "run_shell") return new NamedFilesReader(deps, "all").read(move.cmd);
  return move.action === "start_worker" && move.verify !== undefined ? verifyFiles(deps, move.verify) : {};
}

/** Returns those of a verify command: only what it runs, because it looks at files that the worker is to change. */
export function verifyFiles(deps: NamedFilesDeps, command: string): NamedFiles {
  return new NamedFilesReader(deps, "run").read(command);
}

/** Returns the paths whose content is not what it was, those that came and went included, sorted. */
export function changedPaths(was: NamedFiles, now: NamedFiles): string[] {
  const all = new Set([...Object.keys(was), ...Object.keys(now)]);
  return [...all].filter((path) => was[path] !== now[path]).sort();
}

/** Returns the error of a command whose files changed after the person's yes. */
export function changedSinceApproval(move: Move, changed: readonly string[]): LooopError {
  const some = changed.slice(0, 5).map(plainLine).join(", ");
  return new LooopError({
    message: `Cannot make the move ${moveName(move)}: changed since you approved it: ${some}${changed.length > 5 ? " and more" : ""}`,
    hint: "Read what changed; looop asks again",
    exit: EXIT.failed,
  });
}

/** Returns lines for the person about the files that a yes binds; empty without any. */
export function namedFilesText(named: NamedFiles): string {
  const lines = Object.entries(named).map(([path, digest]) =>
    path === NOT_BOUND
      ? `  ${path}: those it takes as they are when it runs`
      : `  ${plainLine(path)} (${digest.slice(0, 12)})`,
  );
  if (lines.length === 0) return "";
  const shown = lines.length > 20 ? [...lines.slice(0, 20), `  and ${lines.length - 20} more`] : lines;
  return `\n\nA yes is for these files as they are now:\n${shown.join("\n")}`;
}

class NamedFilesReader {
  readonly #deps: NamedFilesDeps;
  readonly #data: string;
  readonly #isRunOnly: boolean;
  readonly #digests: Record<string, string> = {};
  #left = MAX_FILES;

  constructor(deps: NamedFilesDeps, which: "all" | "run") {
    this.#deps = deps;
    this.#isRunOnly = which === "run";
    this.#data = deps.files.real(deps.paths.data) ?? deps.paths.data;
  }

  read(command: string): NamedFiles {
    const named = namedPaths(command);
    const bases = this.#bases(named.map(({ text }) => text));
    for (const { text, isRun } of named) {
      if (this.#isRunOnly && !isRun) continue;
      for (const path of this.#places(text, bases)) this.#take(path, isRun);
    }
    return this.#digests;
  }

  /** Returns the folders that a relative path may start from: the data folder, and each folder the command names. */
  #bases(texts: readonly string[]): string[] {
    const data = this.#deps.paths.data;
    const folders = texts.flatMap((text) => this.#places(text, [data])).filter((path) => this.#kind(path) === "folder");
    const bases = [...new Set([data, ...folders])];
    if (bases.length > MAX_FOLDERS) this.#digests[NOT_BOUND] = "";
    return bases.slice(0, MAX_FOLDERS);
  }

  /** Returns where a text of the command may lead; a pattern leads to the folder before its first special character. */
  #places(text: string, bases: readonly string[]): string[] {
    const spelled = this.#expanded(text);
    const glob = spelled.search(/[*?[]/);
    const path = glob < 0 ? spelled : spelled.slice(0, spelled.lastIndexOf("/", glob) + 1);
    if (path === "") return [];
    if (isAbsolute(path)) return [resolve(path)];
    // Wherever in the data folder a command starts, `..` may lead up to it.
    const below = path.replace(/^(?:\.{1,2}\/+)+/, "");
    return [...new Set(bases.flatMap((base) => [join(base, path), join(base, below)]))];
  }

  #expanded(text: string): string {
    const { env, paths } = this.#deps;
    const known: Readonly<Record<string, string | undefined>> = {
      ...env,
      LOOOP_DATA_DIR: paths.data,
      PWD: undefined,
      OLDPWD: undefined,
    };
    return text
      .replace(/^~(?=\/|$)/, env["HOME"] ?? "~")
      .replaceAll(/\$([A-Z_]+)/g, (_all, name: string) => known[name] ?? ".");
  }

  #take(path: string, isRun: boolean): void {
    const real = this.#real(path);
    if (real === undefined) return;
    const inData = isUnder(real, this.#data) || isUnder(path, this.#deps.paths.data);
    const kind = this.#kind(real);
    if (kind === "folder" && inData) this.#takeFolder(path, real);
    if (kind === "file" && (inData || isRun || this.#isProgram(real))) this.#takeFile(path, real);
  }

  #takeFolder(path: string, real: string): void {
    for (const name of this.#deps.files.list(real)) {
      if (this.#left < 0) return;
      const below = this.#real(join(real, name));
      const kind = below === undefined ? undefined : this.#kind(below);
      if (below === undefined || below === real) continue;
      // Links to folders are not followed: they may lead in a circle.
      if (kind === "folder" && below === join(real, name)) this.#takeFolder(join(path, name), below);
      if (kind === "file") this.#takeFile(join(path, name), below);
    }
  }

  #takeFile(path: string, real: string): void {
    const { files, paths, sha256 } = this.#deps;
    const inside = relative(paths.data, path);
    const name = isUnder(path, paths.data) ? inside : path;
    if (this.#digests[name] !== undefined) return;
    if (--this.#left < 0) {
      this.#digests[NOT_BOUND] = "";
      return;
    }
    const { sizeBytes = 0, mtimeMs = 0 } = files.stat(real) ?? {};
    this.#digests[name] =
      sizeBytes > MAX_BYTES ? `${sizeBytes} bytes of ${mtimeMs}` : sha256(files.readBytes(real) ?? new Uint8Array(0));
  }

  #isProgram(path: string): boolean {
    if (this.#deps.files.stat(path)?.executable === true) return true;
    const start = this.#deps.files.readPart(path, 0, 2);
    return start?.[0] === 0x23 && start[1] === 0x21;
  }

  #kind(path: string): FileStat["kind"] | undefined {
    const real = this.#real(path);
    return real === undefined ? undefined : this.#deps.files.stat(real)?.kind;
  }

  /** Returns the path without links; undefined when there is no such file, or none that looop may look at. */
  #real(path: string): string | undefined {
    try {
      return path.includes("\0") ? undefined : this.#deps.files.real(path);
    } catch (error) {
      expected(error);
      return undefined;
    }
  }
}

/** True for a path in the folder, not for the folder itself. */
function isUnder(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
