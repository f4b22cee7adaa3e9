import { type Colour, paint } from "../colour.ts";
import { clipCells, table } from "../columns.ts";
import { shortDuration } from "../duration.ts";
import { formatUsd } from "../money/call.ts";
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
  /** The state in words, as the table shows it: `waits for you 4m`. */
  readonly shows: string;
  /** The first line of a worker's task, or null. */
  readonly task: string | null;
  readonly runner: string | null;
  /** The USD that are known so far. */
  readonly cost_usd: number | null;
  readonly last_output_at: string | null;
}

/** The parts of the list that are not in a session's record. */
export interface SessionDetails {
  readonly task?: string | undefined;
  readonly runner?: string | undefined;
  readonly costUsd?: number | undefined;
  /** The time of its last output, in milliseconds. */
  readonly lastOutputMs?: number | undefined;
  /** Since when it is flagged by its own words, in milliseconds. */
  readonly flaggedMs?: number | undefined;
}

/** A session with its details, as the list shows it. */
export interface ListedSession extends Session {
  readonly details?: SessionDetails;
}

export function sessionRow(session: ListedSession, nowMs: number): SessionRow {
  const { details = {} } = session;
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
    shows: stateWords(session, nowMs),
    task: details.task === undefined ? null : firstLine(details.task),
    runner: details.runner ?? null,
    cost_usd: details.costUsd ?? null,
    last_output_at: details.lastOutputMs === undefined ? null : new Date(details.lastOutputMs).toISOString(),
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

/** Returns sessions as a table for people: ID STATE AGE RUNNER COST TASK, with the flag of a live one before the task. */
export function sessionTable(sessions: readonly ListedSession[], look: TableLook): string[] {
  if (sessions.length === 0) return ["(no sessions)"];
  const rows = sessions.map((session) => cellsOf(session, look.nowMs));
  const [titles = "", ...lines] = table([["ID", "STATE", "AGE", "RUNNER", "COST", "TASK"], ...rows]);
  return [
    paint(look.colour, "dim", titles),
    ...sessions.map((session, at) => paint(look.colour, tint(session), clipLine(lines[at] ?? "", look.width))),
  ];
}

/** Returns ID STATE AGE RUNNER COST TASK of a session, as the table shows them. */
export function cellsOf(session: ListedSession, nowMs: number): string[] {
  const { details = {}, isAlive, meta, note } = session;
  const started = Date.parse(meta?.started_at ?? "");
  const age = Number.isNaN(started) ? "?" : shortDuration(nowMs - started);
  const flag = note === undefined || !isAlive ? "" : `⚑ ${plainLine(note)}  `.replace(/ {3}$/, "  ");
  const task = details.task === undefined ? plainLine(shownCommand(meta?.cmd ?? [])) : firstLine(details.task);
  const cost = details.costUsd === undefined || details.costUsd === 0 ? "-" : `$${formatUsd(details.costUsd)}`;
  return [
    plainLine(session.id),
    stateWords(session, nowMs),
    age,
    plainLine(details.runner ?? "-"),
    cost,
    `${flag}${task}`,
  ];
}

function firstLine(task: string): string {
  return plainLine(task.split("\n")[0] ?? "");
}

/** A worker that has printed nothing for so long is quiet, in milliseconds. */
const QUIET_MS = 300_000;

/** Returns the state in words: what it does or waits for, or how it ended. Another program's live session only runs. */
function stateWords(session: ListedSession, nowMs: number): string {
  const { details = {}, isAlive, isOurs, note, state, status, waiting } = session;
  if (session.isFrozen === true) return "frozen";
  if (waiting !== undefined) return waitingState(waiting);
  if (isAlive && note !== undefined) {
    const { flaggedMs } = details;
    return flaggedMs === undefined ? "waits for you" : `waits for you ${shortDuration(nowMs - flaggedMs)}`;
  }
  if (state === "running" && isOurs && details.runner !== undefined) {
    const quietMs = nowMs - (details.lastOutputMs ?? nowMs);
    return quietMs < QUIET_MS ? "working" : `quiet ${shortDuration(quietMs)}`;
  }
  if (endedItself(session)) return "ended itself";
  const code = status?.exit_code;
  if (state !== "exited") return state;
  return typeof code === "number" && code !== 0 ? `ended: exit ${code}` : "ended";
}

function clipLine(line: string, width: number | undefined): string {
  return width === undefined ? line : clipCells(line, width);
}

/** Returns the colour of a session: yellow waits for the person, green lives, red ended badly. */
export function tint(session: Session): Colour {
  if (isWaiting(session)) return "yellow";
  if (session.isAlive) return "green";
  if (endedItself(session) || (session.state === "exited" && session.status?.exit_code === 0)) return "dim";
  return isFinished(session) ? "red" : "yellow";
}
