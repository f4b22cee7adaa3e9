/** Texts in files that other programs and people write too: what cannot be read of one must not end what is done for all. */
import { expected } from "../core/error.ts";
import { utf8 } from "../core/text.ts";
import type { Files } from "../sys/sys.ts";

/** From byte `from` on, counted from the end when negative. Undefined also for what is no readable file: another's folder, a FIFO, no permission. One bad session is not all. */
export function readTextPart(files: Files, path: string, maxBytes: number, from = 0): string | undefined {
  try {
    const bytes = files.readPart(path, from, maxBytes);
    return bytes === undefined ? undefined : utf8(bytes);
  } catch {
    return undefined;
  }
}

/** Undefined when there is no such file; empty for what is there and cannot be read. */
export function readOrEmpty(files: Files, path: string): string | undefined {
  try {
    return files.read(path);
  } catch (error) {
    expected(error);
    return "";
  }
}
