import { EXIT, expected, LooopError } from "../../core/error.ts";
import { PULSE_ID, quoted, sessionId } from "../../core/names.ts";
import type { FrozenBy } from "../../core/session/request.ts";
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

/** Freezes one worker with everything it has started, and returns its session id. */
export async function freezeWorker(app: App, id: string): Promise<string> {
  const deps = await openClient(app);
  const session = checkFreezable(findSession(deps.store, id));
  await freezeOne(app, deps, session, "person", "you froze it");
  return session.id;
}

/** Freezes the loop and every worker, and returns the workers that it stopped. The error names those it could not stop. */
export async function freezeEverything(app: App): Promise<string[]> {
  freezeAll(app.files, app.paths(), app.clock.now());
  logEvent(app, { frozen: "all" });
  return stopAll(app);
}

/** Stops every live worker that runs. The caller has made sure that everything is frozen. */
export async function stopAll(app: App): Promise<string[]> {
  const deps = await openClient(app);
  const live = ourWorkers(deps.store).filter(({ isAlive, isFrozen: is }) => isAlive && is !== true);
  const done = await Promise.all(
    live.map(async (session) => {
      try {
        await freezeOne(app, deps, session, "all", "everything is frozen");
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

async function freezeOne(app: App, deps: ClientDeps, { id }: Session, by: FrozenBy, reason: string): Promise<void> {
  const { settled } = await ask(deps, id, { op: "freeze", by, reason });
  logEvent(app, { frozen: id, reason });
  if (settled !== false) return;
  throw new LooopError({
    message: `Cannot freeze ${id}: it starts processes faster than they can be stopped`,
    hint: `End it with \`looop kill ${shortId(id)}\``,
    exit: EXIT.failed,
  });
}

/** Thaws one worker and returns its session id. Throws (exit 7) while everything is frozen. */
export async function thawWorker(app: App, id: string, budgetUsd: number | undefined): Promise<string> {
  if (isFrozen(app.files, app.paths())) {
    throw new LooopError({
      message: `Cannot thaw ${quoted(id)}: everything is frozen`,
      hint: "Thaw everything with `looop thaw --all`",
      exit: EXIT.held,
    });
  }
  const deps = await openClient(app);
  const session = checkFreezable(findSession(deps.store, id));
  await thawOne(app, deps, session, budgetUsd);
  return session.id;
}

/** The result of thawing everything. */
export interface Thawed {
  readonly resumed: readonly string[];
  /** Workers that stay frozen, because they were frozen one by one. */
  readonly kept: readonly string[];
}

/** Thaws the loop and ends the money hold. Workers that were frozen one by one stay frozen. */
export async function thawEverything(app: App): Promise<Thawed> {
  const deps = await openClient(app);
  thawAll(app.files, app.paths());
  endMoneyHold(app.files, app.paths());
  logEvent(app, { thawed: "all" });
  const frozen = ourWorkers(deps.store).filter(({ isAlive, isFrozen: is }) => isAlive && is === true);
  const isFrozenByAll = ({ id }: Session) => {
    const record = readFrozen(deps.store, id);
    return record !== "damaged" && record?.by === "all";
  };
  const resumed = frozen.filter(isFrozenByAll);
  for (const session of resumed) await thawOne(app, deps, session, undefined);
  const kept = frozen.filter((session) => !isFrozenByAll(session) && !resumed.includes(session));
  return { resumed: resumed.map(({ id }) => id), kept: kept.map(({ id }) => id) };
}

async function thawOne(app: App, deps: ClientDeps, { id }: Session, budgetUsd: number | undefined): Promise<void> {
  const record = readFrozen(deps.store, id);
  const asked = budgetUsd === undefined ? {} : { budget_usd: budgetUsd };
  await ask(deps, id, { op: "thaw", ...asked });
  logEvent(app, { thawed: id });
  // The flag that a cap raised is cleared, and an earlier one is restored.
  if (record === undefined || record === "damaged" || record.by !== "budget") return;
  if (readNote(deps.store, id) !== record.reason) return;
  if (record.note) writeNote(deps.store, id, record.note);
  else clearNote(deps.store, id);
}

function checkFreezable(session: Session): Session {
  const cannot = (state: string, hint: string) =>
    new LooopError({ message: `Cannot freeze or thaw ${session.id}: ${state}`, hint, exit: EXIT.failed });
  if (session.id === sessionId(PULSE_ID))
    throw cannot("it is the pulse", "Freeze the whole loop with `looop freeze --all`");
  if (!session.isOurs) throw cannot("another program started it", "Use that program");
  if (!session.isAlive) throw cannot(`it is ${session.state}`, "List the sessions that run with `looop ls`");
  return session;
}

/**
 * Ends the stopped processes of frozen workers whose supervisor died: they would never run again. It ends only processes
 * in the frozen record or with the session's mark. Returns the ids of those workers.
 */
export async function endFrozenOrphans(deps: ClientDeps): Promise<string[]> {
  const { store, clock } = deps;
  const dead = ourWorkers(store).filter(({ id, state }) => state === "dead" && readFrozen(store, id) !== undefined);
  if (dead.length === 0) return [];
  const { trees } = await import("../../sys/process/trees.ts");
  const bootId = store.processes.identify(store.processes.pid)?.bootId;
  for (const { id, meta } of dead) {
    const record = readFrozen(store, id);
    const known = record === "damaged" || record === undefined ? [] : record.members;
    const marked = trees.members(undefined, markOf(store, id)).filter(({ pid }) => pid !== meta?.babysit_pid);
    const recorded = known.filter((member) => member.bootId === bootId);
    const { isGone } = await endMembers(clock, { trees, processes: store.processes }, [...recorded, ...marked]);
    if (isGone) clearFrozen(store, id);
  }
  return dead.map(({ id }) => id);
}

function logEvent({ files, clock, paths }: App, fields: Record<string, string>): void {
  appendEvent(files, clock, paths().events, "frozen" in fields ? "frozen" : "thawed", fields);
}
