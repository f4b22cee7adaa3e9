import type { Session } from "../../core/session/session.ts";
import { pathsOf } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import { ReadableText } from "../../supervise/screen/readable-text.ts";
import { takePicture } from "../../supervise/screen/screenshot.ts";
import { sessionScreen } from "../../supervise/screen/session-screen.ts";
import { followLog } from "../../supervise/transcript/follow.ts";
import type { App } from "../open.ts";
import { openClient } from "./open-sessions.ts";

/** Where a pattern is looked for: all output, output from now on, or the screen. */
export type ExpectIn = "log" | "from-now" | "screen";

/** The line that matched, or the reason why there is no match. */
export type Expected = { readonly line: string } | "ended" | "timeout";

/** The most text that a match may span, in characters. */
const WINDOW = 65_536;

/** The interval of looks, in milliseconds. */
const LOOK_MS = 100;

/** Waits until a session has printed a text that matches, or shows one on its screen. */
export async function expectOutput(
  app: App,
  session: Session,
  pattern: RegExp,
  where: ExpectIn,
  timeoutMs: number,
): Promise<Expected> {
  return where === "screen"
    ? expectOnScreen(app, session, pattern, timeoutMs)
    : expectInLog(app, session, pattern, where === "from-now", timeoutMs);
}

async function expectInLog(
  app: App,
  { id }: Session,
  pattern: RegExp,
  fromNow: boolean,
  timeoutMs: number,
): Promise<Expected> {
  const { files, clock } = app;
  const { store } = await openClient(app);
  const log = files.stat(pathsOf(store, id).log);
  const endMs = clock.monotonic() + timeoutMs;
  const readable = new ReadableText();
  let text = "";
  let line: string | undefined;
  const look = (bytes: Uint8Array) => {
    if (bytes.length > 0) {
      text = `${text}${readable.push(bytes)}`;
      line = lineOf(text, pattern);
      text = text.slice(-WINDOW);
    }
    return line === undefined && clock.monotonic() < endMs;
  };
  const read = { bytes: fromNow ? (log?.sizeBytes ?? 0) : 0, identity: log?.identity };
  const end = await followLog({ store, clock, watchFolder: await app.watchFolder(), everyMs: LOOK_MS }, id, read, look);
  if (line !== undefined) return { line };
  return end === "stopped" ? "timeout" : "ended";
}

async function expectOnScreen(app: App, session: Session, pattern: RegExp, timeoutMs: number): Promise<Expected> {
  const deps = await openClient(app);
  const endMs = app.clock.monotonic() + timeoutMs;
  for (;;) {
    const now = readSession(deps.store, session.id);
    if (now === undefined) return "ended";
    const { text = "" } = takePicture(await sessionScreen(deps, now), "plain", true);
    const line = lineOf(text, pattern);
    if (line !== undefined) return { line };
    if (!now.isAlive) return "ended";
    if (app.clock.monotonic() >= endMs) return "timeout";
    await app.clock.sleep(LOOK_MS);
  }
}

/** Returns the whole line in which the first match begins. */
function lineOf(text: string, pattern: RegExp): string | undefined {
  const at = pattern.exec(text)?.index;
  if (at === undefined) return undefined;
  const end = text.indexOf("\n", at);
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, end < 0 ? text.length : end);
}
