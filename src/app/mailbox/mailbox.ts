import { expected } from "../../core/error.ts";
import {
  type Answered,
  type Ask,
  type Asker,
  askOfNote,
  askState,
  IN_TERMINAL,
  LOOOP,
  noteOf,
} from "../../core/mailbox/ask.ts";
import { isFinished } from "../../core/session/session.ts";
import { plainLine } from "../../core/text.ts";
import { appendEvent } from "../../store/events.ts";
import { type Asks, type AsksDeps, answerAsk, archiveAsk, findAsk, readAsks } from "../../store/mailbox/asks.ts";
import { typedAtMs } from "../../store/mailbox/enter-mark.ts";
import { clearNote, readNote, writeNote } from "../../store/session/note.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { App } from "../open.ts";
import { complain } from "../output.ts";
import { openSessions } from "../session/open-sessions.ts";

/** What the mailbox works with. */
export interface Mailbox extends AsksDeps {
  readonly store: SessionStore;
}

export async function openMailbox(app: App): Promise<Mailbox> {
  return { files: app.files, clock: app.clock, paths: app.paths(), store: await openSessions(app) };
}

/** Reads the asks, and says on stderr which records are damaged: a question must not vanish without a word. */
export function readAsksAloud(mailbox: AsksDeps): Asks {
  const asks = readAsks(mailbox);
  for (const path of asks.damaged) complain(`looop: Cannot understand ${plainLine(path)}: it is left out`);
  return asks;
}

/** What is known of a session that asks. An unreadable record proves nothing. */
export function askerOf(store: SessionStore, id: string): Asker {
  const session = id === LOOOP ? undefined : readSession(store, id);
  if (session === undefined) return { state: "gone", life: undefined };
  const state = session.isAlive ? "alive" : isFinished(session) ? "gone" : "unknown";
  return { state, life: session.meta?.started_at };
}

/** Whether who asked is still there, looked up once for each of them. */
export function standingIn(store: SessionStore): (ask: Ask) => "live" | "stranded" {
  const askers = new Map<string, Asker>();
  return (ask) => {
    const asker = askers.get(ask.from) ?? askerOf(store, ask.from);
    askers.set(ask.from, asker);
    return askState(ask, asker);
  };
}

/** Answers an ask and takes its flag down. Throws as {@linkcode answerAsk}. */
export function answerAndUnflag(app: App, mailbox: Mailbox, id: string, text: string, by: "answer" | "attach"): Ask {
  const { ask, answer } = answerAsk(mailbox, id, text, by);
  appendEvent(app.files, app.clock, mailbox.paths.events, "answered", {
    ask: id,
    from: ask.from,
    by,
    text: answer.text,
  });
  lowerFlag(app, mailbox, ask);
  return ask;
}

/** Ends every open ask of a session whose flag was taken down by hand: the person has been there. */
export function answeredInTerminal(app: App, mailbox: Mailbox, session: string): void {
  const life = readSession(mailbox.store, session)?.meta?.started_at;
  const open = readAsks(mailbox).pending.filter((ask) => ask.from === session && ask.life === life);
  for (const ask of open) answerInTerminal(app, mailbox, ask.id, IN_TERMINAL);
}

/** Raises the flag of an ask, unless one is up that is not an ask's: a call to come and look outranks a question. */
export function raiseFlag({ clock, files, paths, store }: Mailbox, ask: Ask): void {
  const note = noteOf(ask);
  const now = readNote(store, ask.from);
  if (now === note || (now !== undefined && askOfNote(now) === undefined)) return;
  writeNote(store, ask.from, note);
  appendEvent(files, clock, paths.events, "flagged", { session: ask.from, note });
}

/** Takes the flag of an ask down, if it is still that; another open ask of the session gets its flag then. */
export function lowerFlag(app: App, mailbox: Mailbox, ask: Ask): void {
  if (ask.from === LOOOP) return;
  const { store, paths } = mailbox;
  if (askOfNote(readNote(store, ask.from)) !== ask.id) return;
  clearNote(store, ask.from);
  appendEvent(app.files, app.clock, paths.events, "unflagged", { session: ask.from });
  const next = readAsks(mailbox).pending.find((it) => it.from === ask.from && it.life === ask.life);
  if (next !== undefined && findAsk(mailbox, next.id).answer === undefined) raiseFlag(mailbox, next);
}

/** How long an Enter may be on its way to a waiting ask, which reads the line itself, in milliseconds. */
const TYPED_MS = 10_000;

/**
 * Ends the asks of workers in whose terminal somebody typed while nobody waited: the person spoke to the worker itself.
 * What was answered so and whose worker is gone by now is over: its words were in that terminal.
 */
export function settleTypedAnswers(app: App, mailbox: Mailbox): void {
  const { clock, store } = mailbox;
  const { pending, answered } = readAsks(mailbox);
  if (pending.length + answered.length === 0) return;
  const standing = standingIn(store);
  for (const ask of pending) {
    if (ask.from === LOOOP || standing(ask) === "stranded") continue;
    const typedMs = typedAtMs(store, ask.from);
    if (typedMs === undefined || typedMs < Date.parse(ask.ts) || clock.now() - typedMs < TYPED_MS) continue;
    answerInTerminal(app, mailbox, ask.id, IN_TERMINAL);
  }
  for (const { ask, answer } of answered) {
    if (answer.by === "attach" && standing(ask) === "stranded") archiveAsk(mailbox, ask.id, "answered in its terminal");
  }
}

/** The same as {@linkcode answerAndUnflag} for what was said in a terminal; somebody who was quicker has answered as well. */
export function answerInTerminal(app: App, mailbox: Mailbox, id: string, text: string): void {
  try {
    answerAndUnflag(app, mailbox, id, text, "attach");
  } catch (error) {
    expected(error);
  }
}

/** Takes the answers that this life of a session has not come for. One of the last seconds is left to the ask that waits for it. */
export function collect(mailbox: Mailbox, session: string, life: string | undefined): Answered[] {
  const { clock } = mailbox;
  const theirs = readAsks(mailbox).answered.filter(
    ({ ask, answer }) => ask.from === session && ask.life === life && clock.now() - Date.parse(answer.ts) > TYPED_MS,
  );
  for (const { ask } of theirs) archiveAsk(mailbox, ask.id, "told");
  return theirs;
}
