import { EXIT, LooopError } from "../../core/error.ts";
import { type Answer, ASK_TEXT_MAX, type Ask, IN_TERMINAL, type Severity } from "../../core/mailbox/ask.ts";
import { appendEvent } from "../../store/events.ts";
import { archiveAsk, createAsk, findAsk, isPending, readAsks } from "../../store/mailbox/asks.ts";
import { typedAtMs, typedFolder } from "../../store/mailbox/enter-mark.ts";
import { findSessionId } from "../../store/session/find-session.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { TypedLine, WatchFolder } from "../../sys/sys.ts";
import type { App } from "../open.ts";
import { answerInTerminal, lowerFlag, type Mailbox, openMailbox, raiseFlag, standingIn } from "./mailbox.ts";

/** How often a blocked ask looks when nothing is told, in milliseconds: rarely, for it may wait for days. */
const LOOK_MS = 5_000;

/** How long a line that was typed may take to come through the terminal, and how often it is looked for, in milliseconds. */
const LINE_MS = 500;
const LINE_LOOK_MS = 10;

export interface Question {
  /** The session that asks, as it was typed. */
  readonly worker: string;
  readonly prompt: string;
  readonly ref: string | undefined;
  readonly options: readonly string[];
  readonly severity: Severity;
}

/**
 * Asks the person and waits. The same question of the same life of a worker is one ask however often it is put, so an
 * agent whose tool was cut off goes on waiting by asking again. `deliver` gets the answer; only then is the ask over.
 */
export async function ask(app: App, question: Question, deliver: (text: string) => boolean): Promise<void> {
  check(question);
  const mailbox = await openMailbox(app);
  const session = findSessionId(mailbox.store, question.worker);
  const it = theAsk(app, mailbox, session, question);
  const watch = await app.watchFolder();
  const answer = await answered(app, mailbox, it, { watch, typedLine: await app.typedLine() });
  // What outlived its worker has nobody to tell it to: the next beat does it.
  if (standingIn(mailbox.store)(it) === "stranded") throw outlived(it.id);
  // A reader that has gone has not got it: the next one that asks this gets it.
  if (!deliver(answer.text)) return;
  lowerFlag(app, mailbox, it);
  archiveAsk(mailbox, it.id, "delivered");
}

function theAsk(app: App, mailbox: Mailbox, session: string, question: Question): Ask {
  const life = readSession(mailbox.store, session)?.meta?.started_at;
  const open = readAsks(mailbox);
  const same = [...open.answered.map(({ ask: it }) => it), ...open.pending].find(
    (it) => it.from === session && it.life === life && isSame(it, question),
  );
  const it = same ?? put(app, mailbox, { ...question, session, life });
  if (findAsk(mailbox, it.id).answer === undefined) raiseFlag(mailbox, it);
  return it;
}

function put(
  app: App,
  mailbox: Mailbox,
  { session, life, prompt, ref, options, severity }: Question & { session: string; life: string | undefined },
): Ask {
  const it = createAsk(mailbox, {
    from: session,
    ...(life === undefined ? {} : { life }),
    prompt,
    ...(ref === undefined ? {} : { ref }),
    ...(options.length === 0 ? {} : { options }),
    severity,
  });
  appendEvent(app.files, app.clock, mailbox.paths.events, "asked", { ask: it.id, from: session, prompt, severity });
  return it;
}

function isSame(it: Ask, { prompt, options }: Question): boolean {
  return it.prompt === prompt && (it.options ?? []).join("\n") === options.join("\n");
}

interface Ways {
  readonly watch: WatchFolder;
  readonly typedLine: TypedLine;
}

/**
 * Waits for the answer, in `answers/` or typed into the session's own terminal. Woken by the kernel's notices, and looking
 * from time to time besides: notices get lost. The session's own folder is not watched, for its transcript grows all the
 * time; the mark of an Enter is in a folder below.
 */
async function answered(app: App, mailbox: Mailbox, it: Ask, ways: Ways): Promise<Answer> {
  const { clock, paths, store } = mailbox;
  let bell = new AbortController();
  const ring = () => bell.abort();
  const watchers = [paths.answers, paths.asks, typedFolder(store, it.from)].map((folder) => ways.watch(folder, ring));
  try {
    for (;;) {
      bell = new AbortController();
      const { ask: now, answer } = isPending(mailbox, it.id) ? { ask: it, answer: undefined } : findAsk(mailbox, it.id);
      if (answer !== undefined && answer !== "damaged") return answer;
      if (now === undefined) throw vanished(it.id);
      if ((typedAtMs(store, it.from) ?? 0) > Date.parse(it.ts)) await takeTyped(app, mailbox, it, ways.typedLine);
      else await clock.sleep(LOOK_MS, bell.signal);
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

/** The person pressed Enter in the session: the line, where this process can read it, is the answer. */
async function takeTyped(app: App, mailbox: Mailbox, it: Ask, typedLine: TypedLine): Promise<void> {
  const { clock } = mailbox;
  const endMs = clock.monotonic() + (app.atTerminal() ? LINE_MS : 0);
  let line = typedLine();
  while (line === undefined && clock.monotonic() < endMs) {
    await clock.sleep(LINE_LOOK_MS);
    line = typedLine();
  }
  answerInTerminal(app, mailbox, it.id, line ?? IN_TERMINAL);
}

function check({ prompt, options }: Question): void {
  const refuse = (state: string, hint: string): never => {
    throw new LooopError({ message: `Cannot ask: ${state}`, hint, exit: EXIT.usage });
  };
  if (prompt.trim() === "") refuse("the question is empty", 'Say it as in --prompt "May I merge?"');
  if ([prompt, ...options].some((text) => text.includes("\0"))) refuse("the question holds a NUL byte", "Leave it out");
  if (prompt.length > ASK_TEXT_MAX) refuse(`the question has ${prompt.length} characters`, "Put it into a file: --ref");
  if (new Set(options.map((it) => it.toLowerCase())).size < options.length) {
    refuse("two options are the same", "Give each a word of its own");
  }
}

function outlived(id: string): LooopError {
  return new LooopError({
    message: `Cannot hand over the answer to ${id}: the worker that asked is gone`,
    hint: "The next beat reads the answer and may start a fresh worker with it",
    exit: EXIT.failed,
  });
}

function vanished(id: string): LooopError {
  return new LooopError({
    message: `Cannot wait for an answer to ${id}: the ask was removed`,
    hint: "Ask again if it still matters",
    exit: EXIT.notFound,
  });
}
