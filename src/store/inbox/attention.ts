import type { Found } from "../../core/inbox/inbox.ts";
import { plain } from "../../core/text.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** Returns the lines of attention.md, which the person and the runner write, without the blank ones. */
export function readAttention(files: Files, { attention: path }: Pick<Paths, "attention">): Found["attention"] {
  const lines = plain(files.read(path) ?? "").split("\n");
  return {
    lines: lines.map((line) => line.trimEnd()).filter((line) => line !== ""),
    sinceMs: files.stat(path)?.mtimeMs,
    path,
  };
}
