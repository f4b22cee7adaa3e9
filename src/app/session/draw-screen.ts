import { concat } from "../../core/bytes.ts";
import { utf8 } from "../../core/text.ts";
import type { SupervisorDeps } from "../../supervise/supervisor.ts";
import type { App } from "../open.ts";

/** The most time that a picture may take, in milliseconds; after that its process is killed. */
const DRAW_TIMEOUT_MS = 5_000;

/** The longest picture that is passed on, in bytes. */
const PICTURE_BYTES = 16 * 1_048_576;

/** The most pictures that are drawn at the same time. */
const MAX_DRAWINGS = 2;

/**
 * Returns a function that draws a session's screen in a process of its own. `looop __draw` gets the bytes from the
 * supervisor, as any client does, so an emulator that crashes, hangs or grows harms only that process.
 */
export function drawInOwnProcess(app: App, data: string): SupervisorDeps["draw"] {
  let drawing = 0;
  return async (id, format, trim) => {
    if (drawing >= MAX_DRAWINGS) throw new Error("other screens are being drawn");
    drawing += 1;
    try {
      return await draw(app, data, [...["--id", id, "--format", format], ...(trim ? ["--trim"] : [])]);
    } finally {
      drawing -= 1;
    }
  };
}

async function draw(app: App, data: string, words: readonly string[]): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const ended = await (await app.proc()).run({
    argv: [...(await app.self()), "__draw", "--root", data, ...words],
    cwd: data,
    env: app.env,
    timeoutMs: DRAW_TIMEOUT_MS,
    onOutput: (piece, from) => {
      bytes += piece.length;
      if (from === "stdout" && bytes <= PICTURE_BYTES) pieces.push(piece.slice());
    },
  });
  if (ended.timedOut) throw new Error(`it took more than ${DRAW_TIMEOUT_MS} ms`);
  if (ended.code !== 0) throw new Error(`its process ended with ${ended.code ?? ended.signal}`);
  if (bytes > PICTURE_BYTES) throw new Error("it is too large");
  return utf8(concat(pieces));
}
