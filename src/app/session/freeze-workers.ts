import { EXIT, expected, LooopError } from "../../core/error.ts";
import { PULSE_ID, quoted, sessionId } from "../../core/names.ts";
import type { Freezer } from "../../core/session/request.ts";
import type { Session } from "../../core/session/session.ts";
import { appendEvent } from "../../store/events.ts";
import { freezeAll, isFrozen, thawAll } from "../../store/freeze-all.ts";
import { endMoneyHold } from "../../store/money/money-hold.ts";
import { shortId } from "../../store/session/find-session.ts";
import { clearFrozen, readFrozen } from "../../store/session/frozen-session.ts";
import { clearNote, readNote, writeNote } from "../../store/session/note.ts";
import { findSession } from "../../store/session/sessions.ts";
import { endMembers } from "../../supervise/freeze/end-processes.ts";
import { markOf } from "../../supervise/freeze/freezer.ts";
import { ask, type ClientDeps } from "../../supervise/wire/client.ts";
import type { App } from "../open.ts";
import { openClient } from "./open-sessions.ts";
import { ourWorkers } from "./workers.ts";

/** Stops one worker, everything it has started included. */
export async function freezeWorker(app: App, typed: string): Promise<string> {
  const edge = await openClient(app);
  const session = freezable(findSession(edge.store, typed));
  await freezeOne(app, edge, session, "person", "you froze it");
  return session.id;
}

/** Presses the big red button and returns which workers it stopped. Those that do not answer are named in the error. */
export async function freezeEverything(app: App): Promise<string[]> {
  freezeAll(app.files, app.paths(), app.clock.now());
  tell(app, { frozen: "all" });
  return stopAll(app);
}

/** Stops every live worker that runs; the caller has pressed the button, or seen that it is. */
export async function stopAll(app: App): Promise<string[]> {
  const edge = await openClient(app);
  const live = ourWorkers(edge.store).filter(({ isAlive, isFrozen: is }) => isAlive && is !== true);
  const done = await Promise.all(
    live.map(async (session) => {
      try {
        await freezeOne(app, edge, session, "all", "everything is frozen");
        return { id: session.id, problem: undefined };
      } catch (error) {
        expected(error);
        return { id: session.id, problem: error.message };
      }
    }),
  );
  const failed = done.filter(({ problem }) => problem !== undefined);
  if (failed.length === 0) return done.map(({ id }) => id);
  throw new LooopError({
    message: `Cannot freeze ${failed.map(({ id }) => id).join(", ")}: ${failed[0]?.problem}`,
    hint: "Everything else is frozen. End those with `looop kill <id>`",
    exit: EXIT.failed,
  });
}

async function freezeOne(app: App, edge: ClientDeps, { id }: Session, by: Freezer, reason: string): Promise<void> {
  const { settled } = await ask(edge, id, { op: "freeze", by, reason });
  tell(app, { frozen: id, reason });
  if (settled !== false) return;
  throw new LooopError({
    message: `Cannot freeze ${id}: it starts processes faster than they can be stopped`,
    hint: `End it with \`looop kill ${shortId(id)}\``,
    exit: EXIT.failed,
  });
}

/** Lets one worker go on. Throws (exit 7) while the button is pressed. */
export async function thawWorker(app: App, typed: string, budgetUsd: number | undefined): Promise<string> {
  if (isFrozen(app.files, app.paths())) {
    throw new LooopError({
      message: `Cannot thaw ${quoted(typed)}: everything is frozen`,
      hint: "Release it all with `looop thaw --all`",
      exit: EXIT.held,
    });
  }
  const edge = await openClient(app);
  const session = freezable(findSession(edge.store, typed));
  await thawOne(app, edge, session, budgetUsd);
  return session.id;
}

/** What came of releasing the button. */
export interface Thawed {
  readonly resumed: readonly string[];
  /** Still stopped: somebody froze them for a reason of their own. */
  readonly kept: readonly string[];
}

/** Releases the button, and what held the money; workers that were frozen one by one stay so. */
export async function thawEverything(app: App): Promise<Thawed> {
  const edge = await openClient(app);
  thawAll(app.files, app.paths());
  endMoneyHold(app.files, app.paths());
  tell(app, { thawed: "all" });
  const frozen = ourWorkers(edge.store).filter(({ isAlive, isFrozen: is }) => isAlive && is === true);
  const isAlls = ({ id }: Session) => {
    const record = readFrozen(edge.store, id);
    return record !== "damaged" && record?.by === "all";
  };
  const resumed = frozen.filter(isAlls);
  for (const session of resumed) await thawOne(app, edge, session, undefined);
  const kept = frozen.filter((session) => !isAlls(session) && !resumed.includes(session));
  return { resumed: resumed.map(({ id }) => id), kept: kept.map(({ id }) => id) };
}

async function thawOne(app: App, edge: ClientDeps, { id }: Session, budgetUsd: number | undefined): Promise<void> {
  const record = readFrozen(edge.store, id);
  const asked = budgetUsd === undefined ? {} : { budget_usd: budgetUsd };
  await ask(edge, id, { op: "thaw", ...asked });
  tell(app, { thawed: id });
  // The flag that a cap raised goes with it; the one that was up before comes back.
  if (record === undefined || record === "damaged" || record.by !== "budget") return;
  if (readNote(edge.store, id) !== record.reason) return;
  if (record.note) writeNote(edge.store, id, record.note);
  else clearNote(edge.store, id);
}

function freezable(session: Session): Session {
  const cannot = (state: string, hint: string) =>
    new LooopError({ message: `Cannot freeze or thaw ${session.id}: ${state}`, hint, exit: EXIT.failed });
  if (session.id === sessionId(PULSE_ID)) throw cannot("it is the pulse", "`looop freeze --all` holds the whole loop");
  if (!session.isOurs) throw cannot("another program started it", "Use that program");
  if (!session.isAlive) throw cannot(`it is ${session.standing}`, "Only what runs can be frozen");
  return session;
}

/**
 * Ends what frozen workers left behind when their supervisor died: the hang-up wakes some of it, and the rest would stand
 * still for ever. Only processes on its record, or with its mark. Returns whose it was.
 */
export async function endFrozenOrphans(edge: ClientDeps): Promise<string[]> {
  const { store, clock } = edge;
  const dead = ourWorkers(store).filter(
    ({ id, standing }) => standing === "dead" && readFrozen(store, id) !== undefined,
  );
  if (dead.length === 0) return [];
  const { trees } = await import("../../sys/process/trees.ts");
  const bootId = store.processes.identify(store.processes.pid)?.bootId;
  for (const { id, meta } of dead) {
    const record = readFrozen(store, id);
    const known = record === "damaged" || record === undefined ? [] : record.members;
    const marked = trees.members(undefined, markOf(store, id)).filter(({ pid }) => pid !== meta?.babysit_pid);
    const mine = known.filter((member) => member.bootId === bootId);
    const { isGone } = await endMembers(clock, { trees, processes: store.processes }, [...mine, ...marked]);
    if (isGone) clearFrozen(store, id);
  }
  return dead.map(({ id }) => id);
}

function tell({ files, clock, paths }: App, fields: Record<string, string>): void {
  appendEvent(files, clock, paths().events, "frozen" in fields ? "frozen" : "thawed", fields);
}
