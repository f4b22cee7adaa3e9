/** Ends asks: by an answer, by what the person typed in the worker's terminal, or by handing the answer to the worker. */
import { expected } from "../../core/error.ts";
import { type Answered, type Ask, IN_TERMINAL } from "../../core/mailbox/ask.ts";
import { appendEvent } from "../../store/events.ts";
import { type Asks, answerAsk, archiveAsk, readAsks } from "../../store/mailbox/asks.ts";
import { lastEnterMs } from "../../store/mailbox/enter-mark.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { App } from "../open.ts";
import { lowerFlag } from "./ask-flag.ts";
import { askStates, type Mailbox } from "./mailbox.ts";

/** An answer or an Enter younger than this, in milliseconds, is left to the `looop ask` that may be waiting for it. */
const WAITER_MS = 10_000;

/** Answers an ask and clears its flag. Throws as {@linkcode answerAsk}. */
export function resolveAsk(app: App, mailbox: Mailbox, id: string, text: string, by: "answer" | "attach"): Ask {
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

/** Answers an ask with what was typed in the worker's terminal. An ask that is answered already stays as it is. */
export function resolveInTerminal(app: App, mailbox: Mailbox, id: string, text: string): void {
  try {
    resolveAsk(app, mailbox, id, text, "attach");
  } catch (error) {
    expected(error);
  }
}

/** Resolves every open ask of a session whose flag the person cleared by hand: the person has been there. */
export function resolveAsksOf(app: App, mailbox: Mailbox, session: string): void {
  const life = readSession(mailbox.store, session)?.meta?.started_at;
  const open = readAsks(mailbox).pending.filter(
    (ask) => ask.kind === "worker" && ask.from === session && ask.life === life,
  );
  for (const ask of open) resolveInTerminal(app, mailbox, ask.id, IN_TERMINAL);
}

/**
 * Resolves the asks of workers whose terminal the person typed in while no `looop ask` waited: the person spoke to the
 * worker directly. Archives asks that were answered in the terminal of a worker that is gone. Returns true when there was
 * such an ask, so that the caller reads them again.
 */
export function resolveTypedAsks(app: App, mailbox: Mailbox, { pending, answered }: Omit<Asks, "damaged">): boolean {
  const { clock, store } = mailbox;
  let isAnyResolved = false;
  const stateOf = askStates(store);
  for (const ask of pending) {
    if (ask.kind !== "worker" || stateOf(ask) === "stranded") continue;
    const enterMs = lastEnterMs(store, ask.from);
    if (enterMs === undefined || enterMs < Date.parse(ask.ts) || clock.now() - enterMs < WAITER_MS) continue;
    resolveInTerminal(app, mailbox, ask.id, IN_TERMINAL);
    isAnyResolved = true;
  }
  for (const { ask, answer } of answered) {
    if (ask.kind !== "worker" || answer.by !== "attach" || stateOf(ask) !== "stranded") continue;
    archiveAsk(mailbox, ask.id, "answered in its terminal");
    isAnyResolved = true;
  }
  return isAnyResolved;
}

/** Returns and archives the answers that were not delivered to this life of the session. */
export function takeAnswers(mailbox: Mailbox, session: string, life: string | undefined): Answered[] {
  const { clock } = mailbox;
  const undelivered = readAsks(mailbox).answered.filter(
    ({ ask, answer }) =>
      ask.kind === "worker" &&
      ask.from === session &&
      ask.life === life &&
      clock.now() - Date.parse(answer.ts) > WAITER_MS,
  );
  for (const { ask } of undelivered) archiveAsk(mailbox, ask.id, "told");
  return undelivered;
}
