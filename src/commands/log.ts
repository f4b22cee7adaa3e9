import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { complain } from "../app/output.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { bytesOf } from "../core/text.ts";
import { shortId } from "../store/session/find-session.ts";
import { pathsOf } from "../store/session/session-paths.ts";
import { findSession } from "../store/session/sessions.ts";
import { ReadableText } from "../supervise/screen/readable-text.ts";
import { followLog } from "../supervise/transcript/follow.ts";
import { eachPiece, readableLines, startOfLines } from "../supervise/transcript/log-reader.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the session, short or full" },
    tail: { type: "string", description: "only the last N lines", valueHint: "N" },
    follow: { type: "boolean", alias: "f", description: "keep printing until the session ends" },
    raw: { type: "boolean", description: "print the program's bytes unchanged, with colours and cursor moves" },
  },
  run: ({ args }) =>
    runLog(openApp(), {
      id: args.id,
      tail: args.tail === undefined ? undefined : parseLines(args.tail),
      follow: args.follow === true,
      raw: args.raw === true,
    }),
});

export const manual = {
  about: [
    "Prints what a session's program has written, as text: without colours and controls, and with a line break where the cursor",
    "moved to another row. Output past LOOOP_LOG_MAX_BYTES is not kept. `looop screenshot` prints what the screen shows now.",
  ].join("\n"),
  examples: [
    ["looop log fix-login --tail 50", "print the last 50 lines"],
    ["looop log fix-login --follow", "watch it work, without attaching"],
    ["looop log fix-login --raw >transcript", "save the bytes as they came"],
  ],
} as const;

export interface LogOptions {
  readonly id: string;
  /** The number of lines from the end; all when undefined. */
  readonly tail: number | undefined;
  readonly follow: boolean;
  readonly raw: boolean;
}

/** Prints a session's transcript. */
export async function runLog(app: App, options: LogOptions): Promise<void> {
  const { files, output, clock } = app;
  const store = await openSessions(app);
  const session = findSession(store, options.id);
  const path = pathsOf(store, session.id).log;
  const now = files.stat(path);
  const to = now?.sizeBytes ?? 0;
  const { from, skip } = beginning(app, path, to, options);
  const readable = new ReadableText();
  const print = options.raw ? output.raw : textPrinter(output, readable, skip);
  const take = (bytes: Uint8Array) => {
    print(bytes);
    return !output.closed();
  };
  const bytes = eachPiece(files, path, { from, to }, take);
  if (options.follow && !output.closed()) {
    const read = { bytes, identity: now?.identity };
    const isGone = await app.readerGone();
    const deps = { store, clock, watchFolder: await app.watchFolder() };
    const end = await followLog(deps, session.id, read, (bytes) => !isGone() && take(bytes));
    if (end === "replaced") complain(`[${shortId(session.id)} was started again: run this again to follow it]`);
  }
  if (!readable.isLineStart) output.data("");
}

/** Returns where to begin, and how many lines of text to drop there: one line of the file can be many on a screen. */
function beginning(
  { files }: App,
  path: string,
  to: number,
  { tail, raw }: LogOptions,
): { from: number; skip: number } {
  if (tail === undefined) return { from: 0, skip: 0 };
  const from = startOfLines(files, path, to, tail);
  return { from, skip: raw || tail === 0 ? 0 : Math.max(0, readableLines(files, path, { from, to }) - tail) };
}

function textPrinter(output: App["output"], readable: ReadableText, skip: number): (bytes: Uint8Array) => void {
  let left = skip;
  return (bytes) => {
    let text = readable.push(bytes);
    for (; left > 0 && text.includes("\n"); left--) text = text.slice(text.indexOf("\n") + 1);
    if (left === 0) output.raw(bytesOf(text));
  };
}

function parseLines(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const message = `Cannot read the number of lines ${quoted(text)}: it is not a whole number`;
  throw new LooopError({ message, hint: "Use it as in --tail 50", exit: EXIT.usage });
}
