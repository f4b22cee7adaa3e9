/** Reads text files that people and other programs also write. One unreadable file must not stop work on the others. */
import { expected } from "../core/error.ts";
import { utf8 } from "../core/text.ts";
import type { Files } from "../sys/sys.ts";

/**
 * Returns at most `maxBytes` of a file from byte `from` on, which counts from the end when negative. Returns undefined when
 * there is no readable file: nothing, a folder, a FIFO, or no permission.
 */
export function readTextPart(files: Files, path: string, maxBytes: number, from = 0): string | undefined {
  try {
    const bytes = files.readPart(path, from, maxBytes);
    return bytes === undefined ? undefined : utf8(bytes);
  } catch {
    return undefined;
  }
}

/** Returns a file's text, undefined when it does not exist, and "" when it cannot be read. */
export function readOrEmpty(files: Files, path: string): string | undefined {
  try {
    return files.read(path);
  } catch (error) {
    expected(error);
    return "";
  }
}
