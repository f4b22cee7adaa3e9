/** Shared by the verbs about asks: the open mailbox, and the state of the worker that asked. */
import { type Ask, type Asker, askState } from "../../core/mailbox/ask.ts";
import { isReserved } from "../../core/names.ts";
import { isFinished } from "../../core/session/session.ts";
import { plainLine } from "../../core/text.ts";
import { type Asks, type AsksDeps, readAsks } from "../../store/mailbox/asks.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { Sha256 } from "../../sys/sys.ts";
import type { App } from "../open.ts";
import { complain } from "../output.ts";
import { openSessions } from "../session/open-sessions.ts";

/** The asks and the sessions that asked. */
export interface Mailbox extends AsksDeps {
  readonly sha256: Sha256;
  readonly store: SessionStore;
}

export async function openMailbox(app: App): Promise<Mailbox> {
  const { files, clock } = app;
  return { files, clock, paths: app.paths(), sha256: await app.sha256(), store: await openSessions(app) };
}

/** Reads the asks and names damaged records on stderr, because a question must not vanish silently. */
export function readAsksAndWarn(mailbox: AsksDeps): Asks {
  const asks = readAsks(mailbox);
  for (const path of asks.damaged) complain(`looop: Cannot understand ${plainLine(path)}: it is left out`);
  return asks;
}

/** Returns what is known of the session that asked. A damaged session record makes its state unknown, not gone. */
export function askerOf(store: SessionStore, id: string): Asker {
  const session = isReserved(id) ? undefined : readSession(store, id);
  if (session === undefined) return { state: "gone", life: undefined };
  const state = session.isAlive ? "alive" : isFinished(session) ? "gone" : "unknown";
  return { state, life: session.meta?.started_at };
}

/** Returns a function that says whether an ask's worker still lives. It looks up each worker once. */
export function askStates(store: SessionStore): (ask: Ask) => "live" | "stranded" {
  const askers = new Map<string, Asker>();
  return (ask) => {
    const asker = askers.get(ask.from) ?? askerOf(store, ask.from);
    askers.set(ask.from, asker);
    return askState(ask, asker);
  };
}
