/**
 * How every policy file (goals, sensors, schedules, the PLAYBOOK) is written and archived. A write replaces the file
 * atomically; an archived file never replaces another one.
 */
import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import type { Named } from "../../core/names.ts";
import { plainLine } from "../../core/text.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/**
 * Replaces a policy file; `path` is relative to the data folder. A PLAYBOOK that links to the person's own file stays a
 * link. Throws (exit 1) for any other link, which would let its author choose what looop overwrites.
 */
export function writePolicy(files: Files, paths: Paths, path: string, bytes: Uint8Array, mode?: number): void {
  files.makeDir(join(paths.data, path, ".."));
  files.write(policyFile(files, paths, path), bytes, mode);
}

/** Returns the file that a write of this policy replaces. Throws (exit 1) for a link, but follows the PLAYBOOK's. */
export function policyFile(files: Files, paths: Paths, path: string): string {
  const file = join(paths.data, path);
  const folder = files.real(join(file, "..")) ?? "";
  const target = files.real(file);
  const isLink = target !== undefined && target !== join(folder, path.split("/").at(-1) ?? "");
  if (!isLink) return file;
  if (path === "PLAYBOOK.md") return target ?? file;
  throw new LooopError({
    message: `Cannot write ${path}: it is a link to another file`,
    hint: "Replace the link with a file, or edit the other file yourself",
    exit: EXIT.failed,
  });
}

/** Moves a file into `folder` as `<stem><ending>`, or with `-1`, `-2` … before the ending when that name is taken. */
export function moveToArchive(files: Files, path: string, folder: string, stem: string, ending: string): string {
  files.makeDir(folder);
  for (let number = 0; ; number++) {
    const name = `${stem}${number === 0 ? "" : `-${number}`}${ending}`;
    const to = join(folder, name);
    // Adds the new name as a hard link, then removes the old one, because a rename would replace an existing file. A kill
    // between the two leaves both names; the next call finds that they are the same file and removes the old one.
    const isMoved = files.share(path, to) || files.stat(to)?.identity === files.stat(path)?.identity;
    if (!isMoved) continue;
    files.remove(path);
    return name;
  }
}

/** Returns the text with a newline at its end. */
export function withFinalNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** Returns the error (exit 4) for a policy file that does not exist; it lists the known ones. */
export function noSuchPolicy(kind: Named, id: string, known: readonly string[]): LooopError {
  return new LooopError({
    message: `Cannot find the ${kind} ${id}: no such file`,
    hint:
      known.length === 0
        ? `There are no ${kind}s yet: write one with \`looop ${kind} write ${id}\``
        : `There are: ${known.map(plainLine).join(", ")}`,
    exit: EXIT.notFound,
  });
}
