import { shortDuration } from "../../core/duration.ts";
import { type InboxRow, inboxRow } from "../../core/inbox/item.ts";
import type { AskRow } from "../../core/mailbox/ask-rows.ts";
import { formatUsd, roundUsd } from "../../core/money/call.ts";
import { unknownCalls } from "../../core/money/day-spend.ts";
import type { Fleet } from "../../core/session/session.ts";
import { counted, plain, plainLine } from "../../core/text.ts";
import { utcSecond } from "../../core/time.ts";
import { readBeatRecord } from "../../store/beat/beat-records.ts";
import { spendHold } from "../../store/inbox/spend-hold.ts";
import { currentDay } from "../../store/money/day-record.ts";
import { reportSpend } from "../../store/money/day-spend.ts";
import { deadPulse, livePulse, type PulseState, readPulse } from "../../store/pulse-state.ts";
import { readInbox } from "../inbox/inbox.ts";
import { openAsks } from "../mailbox/open-asks.ts";
import type { App } from "../open.ts";
import { settingsOf } from "./settings.ts";

/** The output of `status --json`. Its fields are public: add, never rename. */
export interface StatusReport {
  readonly v: 1;
  readonly data_dir: string;
  readonly pulse: {
    readonly running: boolean;
    /** True when the last pulse ended without being stopped. */
    readonly died: boolean;
    readonly pid: number | null;
    readonly interval_s: number | null;
    readonly runner: string | null;
  };
  readonly last_beat: {
    /** RFC 3339 UTC. */
    readonly at: string | null;
    readonly kind: string | null;
    readonly reason: string | null;
    /** The end of the hold; null without a hold, or when it is unknown. */
    readonly until: string | null;
    readonly next_at: string | null;
  };
  /** The last beat that decided, successfully. */
  readonly last_decide: { readonly at: string | null; readonly hash: string };
  readonly workers: readonly {
    readonly id: string;
    readonly state: string;
    readonly alive: boolean;
    readonly exit_code: number | null;
    /** State, exit code and who ended it, in words. */
    readonly status: string;
    readonly flagged: boolean;
    readonly note: string | null;
  }[];
  readonly attention: readonly string[];
  /** The open asks, the most urgent first. */
  readonly asks: readonly Pick<AskRow, "id" | "worker" | "prompt" | "options" | "severity" | "state" | "ts">[];
  readonly cost_today: {
    readonly usd: number;
    readonly calls: number;
    /** Calls of unknown cost; they count in `calls`, and as 0 in `usd`. */
    readonly unknown_calls: number;
    /** True when the ledger of the day was too long to read all of it here; `looop cost today` reads it all. */
    readonly at_least: boolean;
  };
  readonly budget: {
    /** The caps in words; null while the config is broken. */
    readonly caps: string | null;
    /** The reason why nothing may be spent now, or null. */
    readonly held: string | null;
    /** The time at which that ends by itself, or null. */
    readonly until: string | null;
    /** True while `looop freeze --all` holds everything. */
    readonly frozen: boolean;
  };
  /** Everything that waits for the person, the most urgent first: the rows of `inbox --json`. */
  readonly inbox: readonly InboxRow[];
  /** The problem with the config, or null. */
  readonly problem: string | null;
}

/** Returns the state of the loop. Only reads files. */
export async function statusReport(app: App, fleet: Pick<Fleet, "flagged" | "workers">): Promise<StatusReport> {
  const { files } = app;
  const paths = app.paths();
  const state = readPulse(files, paths) ?? {};
  const pulse = livePulse(files, app.processes, paths);
  const hash = files.stat(paths.lastHash);
  const settings = await settingsOf(app);
  const spend = reportSpend(files, paths, currentDay(files, paths, app.clock.now()) ?? (await app.today()));
  return {
    v: 1,
    data_dir: paths.data,
    pulse: {
      running: pulse !== undefined,
      died: deadPulse(files, app.processes, paths) !== undefined,
      pid: pulse?.pid ?? null,
      interval_s: settings.intervalS ?? null,
      runner: settings.runner ?? null,
    },
    last_beat: {
      at: state.beat === undefined ? null : utcSecond(state.beat.atMs),
      kind: state.beat?.kind ?? null,
      reason: state.beat?.reason ?? null,
      until: state.beat?.untilMs === undefined ? null : utcSecond(state.beat.untilMs),
      next_at: pulse !== undefined && state.beat?.nextMs !== undefined ? utcSecond(state.beat.nextMs) : null,
    },
    last_decide: {
      at: hash === undefined ? null : utcSecond(hash.mtimeMs),
      hash: files.read(paths.lastHash)?.trim() ?? "",
    },
    workers: fleet.workers().map(({ id, state: now, alive, exitCode, status, note }) => ({
      id,
      state: now,
      alive,
      exit_code: exitCode ?? null,
      status,
      flagged: note !== undefined,
      note: note ?? null,
    })),
    attention: plain(files.read(paths.attention) ?? "")
      .split("\n")
      .filter((line) => line.trim() !== ""),
    asks: (await openAsks(app))
      .filter(({ state }) => state !== "answered")
      .map(({ id, worker, prompt, options, severity, state, ts }) => {
        return { id, worker, prompt, options, severity, state, ts };
      }),
    cost_today: {
      usd: roundUsd(spend.usd),
      calls: spend.calls,
      unknown_calls: unknownCalls(spend),
      at_least: spend.isLowerBound,
    },
    budget: budgetOf(app, state, settings.caps),
    inbox: (await readInbox(app, fleet)).map(inboxRow),
    problem: settings.problem ?? null,
  };
}

function budgetOf(app: App, state: PulseState, caps: string | undefined): StatusReport["budget"] {
  const hold = spendHold(app.files, app.paths(), state, app.clock.now());
  const until = hold?.untilMs === undefined ? null : utcSecond(hold.untilMs);
  return { caps: caps ?? null, held: hold?.reason ?? null, until, frozen: hold?.by === "freeze" };
}

/** Returns true when the last beat decided to do nothing. */
export function didNothing({ files, paths }: App): boolean {
  const beat = readPulse(files, paths())?.beat;
  if (beat?.kind !== "acted" || beat.runId === undefined) return false;
  return readBeatRecord(files, paths(), beat.runId)?.move?.action === "noop";
}

/** Returns the report for people. Times are ages, as in kubectl: they need no time zone data, which costs 10 MB. */
export function statusText(report: StatusReport, nowMs: number, nothing: boolean): string {
  const ago = (at: string) => `${shortDuration(nowMs - Date.parse(at))} ago`;
  const { pulse, last_beat: beat, workers } = report;
  const every = pulse.interval_s === null ? "" : `, a beat every ${pulse.interval_s} s`;
  const runner = pulse.runner === null ? "" : `, runner ${plainLine(pulse.runner)}`;
  return [
    `pulse:      ${pulse.running ? `running (pid ${pulse.pid})` : pulse.died ? "died" : "stopped"}${every}${runner}`,
    `last beat:  ${lastBeat(nothing ? { ...beat, kind: "did nothing" } : beat, nowMs)}`,
    ...(beat.next_at === null ? [] : [`next beat:  in ${shortDuration(Date.parse(beat.next_at) - nowMs)}`]),
    `decided:    ${report.last_decide.at === null ? "never" : ago(report.last_decide.at)}`,
    `workers:    ${workers.length}`,
    ...workers.map(
      ({ id, status, note }) => `  - ${id} [${plainLine(status)}]${note === null ? "" : `  ⚑ ${plainLine(note)}`}`,
    ),
    ...(report.inbox.length === 0 ? [] : ["needs you:", ...inboxLines(report.inbox, nowMs)]),
    `cost today: ${spendText(report.cost_today)}`,
    ...(report.budget.caps === null ? [] : [`budget:     ${report.budget.caps}`]),
  ].join("\n");
}

function lastBeat({ at, kind, reason, until }: StatusReport["last_beat"], nowMs: number): string {
  if (at === null) return "never";
  const left = until === null ? 0 : Date.parse(until) - nowMs;
  return [
    `${shortDuration(nowMs - Date.parse(at))} ago, ${plainLine(kind ?? "")}`,
    ...(reason === null ? [] : [`: ${plainLine(reason)}`]),
    ...(left <= 0 ? [] : [`, for ${shortDuration(left)} more`]),
  ].join("");
}

/** The number of items of the inbox that are shown. */
const SHOWN = 10;

function inboxLines(items: StatusReport["inbox"], nowMs: number): string[] {
  const lines = items.slice(0, SHOWN).flatMap(({ title, detail, commands, since }) => {
    const age = since === null ? "" : ` (${shortDuration(nowMs - Date.parse(since))})`;
    const [first] = commands;
    return [
      `  ⚑ ${title}${age}`,
      ...detail.slice(0, 1).map((line) => `      ${line}`),
      ...(first === undefined ? [] : [`      → ${first}`]),
    ];
  });
  const more = items.length - SHOWN;
  return more <= 0 ? lines : [...lines, `  (${more} more: looop inbox)`];
}

function spendText({ usd, calls, unknown_calls: unknown, at_least: isLowerBound }: StatusReport["cost_today"]): string {
  const all = `${counted(calls, "call")}${unknown === 0 ? "" : `, ${unknown} of unknown cost`}`;
  return `${isLowerBound ? "at least " : ""}$${formatUsd(usd)}  (${all})`;
}
