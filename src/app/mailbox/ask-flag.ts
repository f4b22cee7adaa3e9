/** The flag on a worker's session that shows its open ask. */
import { type Ask, askIdInNote, flagNote } from "../../core/mailbox/ask.ts";
import { appendEvent } from "../../store/events.ts";
import { findAsk, readAsks } from "../../store/mailbox/asks.ts";
import { clearNote, readNote, writeNote } from "../../store/session/note.ts";
import type { App } from "../open.ts";
import type { Mailbox } from "./mailbox.ts";

/** Raises the flag of an ask, unless the worker has raised a flag itself: that one matters more than a question. */
export function raiseFlag({ clock, files, paths, store }: Mailbox, ask: Ask): void {
  const note = flagNote(ask);
  const current = readNote(store, ask.from);
  if (current === note || (current !== undefined && askIdInNote(current) === undefined)) return;
  writeNote(store, ask.from, note);
  appendEvent(files, clock, paths.events, "flagged", { session: ask.from, note });
}

/** Clears the flag if it shows this ask, then raises it for the session's next open ask. */
export function lowerFlag(app: App, mailbox: Mailbox, ask: Ask): void {
  if (ask.kind !== "worker") return;
  const { store, paths } = mailbox;
  if (askIdInNote(readNote(store, ask.from)) !== ask.id) return;
  clearNote(store, ask.from);
  appendEvent(app.files, app.clock, paths.events, "unflagged", { session: ask.from });
  const next = readAsks(mailbox).pending.find(
    (it) => it.kind === "worker" && it.from === ask.from && it.life === ask.life,
  );
  if (next !== undefined && findAsk(mailbox, next.id).answer === undefined) raiseFlag(mailbox, next);
}
