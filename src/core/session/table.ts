import { type Colour, paint } from "../colour.ts";
import { clipCells, table } from "../columns.ts";
import { shortDuration } from "../duration.ts";
import { plainLine } from "../text.ts";
import { endedItself, isFinished, type Session } from "./session.ts";
import { waitingState } from "./waiting.ts";
import { shownCommand } from "./worker-script.ts";

/** One row of `ls --json`. Its fields are public: add, never rename. */
export interface SessionRow {
  readonly id: string;
  /** True when looop started it. */
  readonly ours: boolean;
  readonly state: string;
  readonly alive: boolean;
  /** True when it is stopped until `looop thaw`. */
  readonly frozen: boolean;
  readonly exit_code: number | null;
  readonly ended_by: string | null;
  /** RFC 3339 UTC; null when the record cannot be read. */
  readonly started_at: string | null;
  readonly last_change: string | null;
  /** The flag's text, or null. */
  readonly note: string | null;
  /** The wait that its supervisor has seen without the worker's own flag, or null. */
  readonly waiting: {
    readonly at: string;
    readonly source: string;
    readonly what: string;
    readonly since: string;
  } | null;
  readonly cmd: readonly string[];
  readonly cwd: string | null;
}

export function sessionRow(session: Session): SessionRow {
  const { id, isOurs, state, isAlive, isFrozen = false, meta, status, note, waiting } = session;
  return {
    id,
    ours: isOurs,
    state,
    alive: isAlive,
    frozen: isFrozen,
    exit_code: status?.exit_code ?? null,
    ended_by: status?.ended_by ?? null,
    started_at: meta?.started_at ?? null,
    last_change: status?.last_change ?? meta?.started_at ?? null,
    note: note ?? null,
    waiting: waiting === undefined ? null : waitingRow(waiting),
    cmd: meta?.cmd ?? [],
    cwd: meta?.cwd ?? null,
  };
}

function waitingRow({ at, source, what, since }: NonNullable<Session["waiting"]>): SessionRow["waiting"] {
  return { at, source, what, since };
}

/** Orders live flagged sessions first, since they wait for the person, then by latest change. */
export function byUrgency(one: Session, other: Session): number {
  const waits = Number(isWaiting(other)) - Number(isWaiting(one));
  if (waits !== 0) return waits;
  // Not localeCompare: the times are ASCII, and loading locale rules costs megabytes.
  return changed(other) < changed(one) ? -1 : 1;
}

function isWaiting({ isAlive, note }: Session): boolean {
  return isAlive && Boolean(note);
}

function changed({ status, meta }: Session): string {
  return status?.last_change ?? meta?.started_at ?? "";
}

export interface TableLook {
  readonly nowMs: number;
  readonly colour: boolean;
  /** The longest line, in columns; undefined for no limit. */
  readonly width: number | undefined;
}

/** Returns sessions as a table for people: ID STATE AGE COMMAND, with the flag before the command. */
export function sessionTable(sessions: readonly Session[], look: TableLook): string[] {
  if (sessions.length === 0) return ["(no sessions)"];
  const rows = sessions.map((session) => cellsOf(session, look.nowMs));
  const [titles = "", ...lines] = table([["ID", "STATE", "AGE", "COMMAND"], ...rows]);
  return [
    paint(look.colour, "dim", titles),
    ...sessions.map((session, at) => paint(look.colour, tint(session), clipLine(lines[at] ?? "", look.width))),
  ];
}

function cellsOf(session: Session, nowMs: number): string[] {
  const started = Date.parse(session.meta?.started_at ?? "");
  const age = Number.isNaN(started) ? "?" : shortDuration(nowMs - started);
  const command = plainLine(shownCommand(session.meta?.cmd ?? []));
  const flag = session.note === undefined ? "" : `⚑ ${plainLine(session.note)}  `.replace(/ {3}$/, "  ");
  return [plainLine(session.id), stateWord(session), age, `${flag}${command}`];
}

/**
 * Returns the state as babysit shows it (`running`, `exit:0`, `killed`, `dead`), or our own `ended` (by itself), `frozen`,
 * or where it waits (`at a dialog`).
 */
function stateWord(session: Session): string {
  if (session.isFrozen === true) return "frozen";
  if (session.waiting !== undefined) return waitingState(session.waiting);
  if (endedItself(session)) return "ended";
  const { state, status } = session;
  const code = status?.exit_code;
  return state === "exited" && typeof code === "number" ? `exit:${code}` : state;
}

function clipLine(line: string, width: number | undefined): string {
  return width === undefined ? line : clipCells(line, width);
}

function tint(session: Session): Colour {
  if (isWaiting(session)) return "yellow";
  if (session.isAlive) return "green";
  if (endedItself(session) || (session.state === "exited" && session.status?.exit_code === 0)) return "dim";
  return isFinished(session) ? "red" : "yellow";
}
