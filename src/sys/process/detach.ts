import { utf8 } from "../../core/text.ts";
import { clock } from "../clock.ts";
import { systemError } from "../errno.ts";
import type { Detach } from "../sys.ts";
import type { Child } from "./child.ts";
import { startChild } from "./start-child.ts";

/** The longest first line that is read, in bytes. */
const LINE_BYTES = 65_536;

/**
 * Starts a program that outlives this one. Its own session and group keep our terminal's signals from it; its stdin is a
 * pipe, and its stdout and stderr are read only up to the first line.
 */
export const detach: Detach = async (command) => {
  const child = await startChild(command, "pipe").catch((error) => {
    throw systemError(error, "start", command.argv[0] ?? "");
  });
  const { pid, give, letGo } = child;
  return { pid, give, letGo, firstLine: hear(child) };
};

/** Listens from now on, not only once the line is asked for: the output of a program that has ended may be lost. */
function hear(child: Child): (limitMs: number) => Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const came = new Promise<void>((done) => {
    const ended = child.read((piece) => {
      if (bytes > LINE_BYTES) return;
      pieces.push(piece.slice());
      bytes += piece.length;
      if (piece.includes(0x0a) || bytes > LINE_BYTES) done();
    });
    ended.then(done);
  });
  return async (limitMs) => {
    const stop = new AbortController();
    await Promise.race([came, clock.sleep(limitMs, stop.signal)]);
    stop.abort();
    child.letGo();
    return utf8(Buffer.concat(pieces));
  };
}
