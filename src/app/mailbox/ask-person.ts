import { EXIT, LooopError } from "../../core/error.ts";
import { type Answer, ASK_TEXT_MAX, type Ask, IN_TERMINAL, type Severity } from "../../core/mailbox/ask.ts";
import { requireNotReserved } from "../../core/names.ts";
import { appendEvent } from "../../store/events.ts";
import { archiveAsk, createAsk, findAsk, isPending, readAsks } from "../../store/mailbox/asks.ts";
import { enterFolder, lastEnterMs } from "../../store/mailbox/enter-mark.ts";
import { findSessionId } from "../../store/session/find-session.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { TypedLine } from "../../sys/sys.ts";
import type { App } from "../open.ts";
import { lowerFlag, raiseFlag } from "./ask-flag.ts";
import { askStates, type Mailbox, openMailbox } from "./mailbox.ts";
import { resolveInTerminal } from "./resolve.ts";

/** The time between two polls, in case a file notification was lost, in milliseconds: long, as an ask may wait for days. */
const POLL_MS = 5_000;

/** The time that a typed line may take through the terminal, and the time between two polls for it, in milliseconds. */
const LINE_TIMEOUT_MS = 500;
const LINE_POLL_MS = 10;

export interface Question {
  /** The session that asks, as typed on the command line. */
  readonly worker: string;
  readonly prompt: string;
  readonly ref: string | undefined;
  readonly options: readonly string[];
  readonly severity: Severity;
}

/**
 * Asks the person and waits for the answer. The same question from the same life of a worker is one ask, so an agent
 * whose tool call was cut off can wait on by asking again. The ask is archived only after `deliver` returned true.
 */
export async function ask(app: App, question: Question, deliver: (text: string) => boolean): Promise<void> {
  checkQuestion(question);
  const mailbox = await openMailbox(app);
  const session = findSessionId(mailbox.store, question.worker);
  requireNotReserved("ask", session);
  const it = findOrCreate(app, mailbox, session, question);
  const answer = await waitForAnswer(app, mailbox, it);
  // The worker is gone: the next beat handles the answer.
  if (askStates(mailbox.store)(it) === "stranded") {
    throw new LooopError({
      message: `Cannot deliver the answer to ${it.id}: the worker that asked is gone`,
      hint: "The next beat reads the answer and may start a fresh worker with it",
      exit: EXIT.failed,
    });
  }
  // The reader closed stdout before it got the answer, which stays for the next one that asks this.
  if (!deliver(answer.text)) return;
  lowerFlag(app, mailbox, it);
  archiveAsk(mailbox, it.id, "delivered");
}

/** Returns the worker's ask of this question, made now if it is new, and shows it as a flag while unanswered. */
function findOrCreate(app: App, mailbox: Mailbox, session: string, question: Question): Ask {
  const life = readSession(mailbox.store, session)?.meta?.started_at;
  const open = readAsks(mailbox);
  const same = [...open.answered.map(({ ask: it }) => it), ...open.pending].find(
    (it) => it.kind === "worker" && it.from === session && it.life === life && isSame(it, question),
  );
  const it = same ?? create(app, mailbox, { ...question, session, life });
  if (findAsk(mailbox, it.id).answer === undefined) raiseFlag(mailbox, it);
  return it;
}

function create(
  app: App,
  mailbox: Mailbox,
  { session, life, prompt, ref, options, severity }: Question & { session: string; life: string | undefined },
): Ask {
  const it = createAsk(mailbox, {
    kind: "worker",
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

/**
 * Waits for the answer, in `answers/` or typed into the session's own terminal. File notifications wake it; it also
 * polls, because notifications get lost. It does not watch the session's folder itself, where the transcript grows all
 * the time: the mark of an Enter has a folder of its own.
 */
async function waitForAnswer(app: App, mailbox: Mailbox, it: Ask): Promise<Answer> {
  const { clock, paths, store } = mailbox;
  const [watch, typedLine] = [await app.watchFolder(), await app.typedLine()];
  let wake = new AbortController();
  const notify = () => wake.abort();
  const watchers = [paths.answers, paths.asks, enterFolder(store, it.from)].map((folder) => watch(folder, notify));
  try {
    for (;;) {
      wake = new AbortController();
      const { ask: found, answer } = isPending(mailbox, it.id)
        ? { ask: it, answer: undefined }
        : findAsk(mailbox, it.id);
      if (answer !== undefined && answer !== "damaged") return answer;
      if (found === undefined) {
        throw new LooopError({
          message: `Cannot wait for an answer to ${it.id}: the ask was removed`,
          hint: "Ask again if it still matters",
          exit: EXIT.notFound,
        });
      }
      if ((lastEnterMs(store, it.from) ?? 0) > Date.parse(it.ts)) await takeTyped(app, mailbox, it, typedLine);
      else await clock.sleep(POLL_MS, wake.signal);
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

/** The person pressed Enter in the session. Takes the line as the answer, if this process can read it. */
async function takeTyped(app: App, mailbox: Mailbox, it: Ask, typedLine: TypedLine): Promise<void> {
  const { clock } = mailbox;
  const endMs = clock.monotonic() + (app.atTerminal() ? LINE_TIMEOUT_MS : 0);
  let line = typedLine();
  while (line === undefined && clock.monotonic() < endMs) {
    await clock.sleep(LINE_POLL_MS);
    line = typedLine();
  }
  resolveInTerminal(app, mailbox, it.id, line ?? IN_TERMINAL);
}

function checkQuestion({ prompt, options }: Question): void {
  const refuse = (state: string, hint: string): never => {
    throw new LooopError({ message: `Cannot ask: ${state}`, hint, exit: EXIT.usage });
  };
  if (prompt.trim() === "") refuse("the question is empty", 'Give one: --prompt "May I merge?"');
  if ([prompt, ...options].some((text) => text.includes("\0"))) refuse("the question holds a NUL byte", "Remove it");
  if (prompt.length > ASK_TEXT_MAX) refuse(`the question has ${prompt.length} characters`, "Put it into a file: --ref");
  if (new Set(options.map((it) => it.toLowerCase())).size < options.length) {
    refuse("two options are the same", "Make each option different");
  }
}
