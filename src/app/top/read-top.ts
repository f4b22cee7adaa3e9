import type { Config } from "../../core/config/config.ts";
import { expected } from "../../core/error.ts";
import { localDay } from "../../core/money/call.ts";
import { costReport, skipsOf } from "../../core/money/report.ts";
import { moveSummary } from "../../core/move/move-text.ts";
import { PULSE_ID, sessionId } from "../../core/names.ts";
import type { Session } from "../../core/session/session.ts";
import type { TopBeat, TopData } from "../../core/top/top-state.ts";
import { readBeatRecord } from "../../store/beat/beat-records.ts";
import { listRuns } from "../../store/beat/runs.ts";
import { currentDay } from "../../store/money/day-record.ts";
import { reportSpend } from "../../store/money/day-spend.ts";
import { eachRow } from "../../store/money/ledger.ts";
import { readSkips } from "../../store/money/skips.ts";
import { commandPrefix } from "../../store/paths.ts";
import { nextDueMs } from "../../store/policy/schedules.ts";
import { deadPulse, livePulse, readPulse } from "../../store/pulse-state.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import { readInbox } from "../inbox/inbox.ts";
import type { App } from "../open.ts";
import { listedSessions } from "../session/listed-sessions.ts";
import { openWorkerView } from "../session/workers.ts";
import { LastScreens } from "./last-screens.ts";

/** The number of beats that are shown. */
const BEATS = 30;

/** The time between two readings of the ledger, in milliseconds: it may be long, and only the last days are new. */
const WEEK_MS = 60_000;

/** The beginning of a journal line: the age stands before it already. */
const WHEN = /^- \d{4}-\d\d-\d\d \d\d:\d\d /;

const DAY_MS = 86_400_000;
const DAYS = 7;

/** Reads everything that the screen shows. It keeps what cannot have changed. */
export class TopReader {
  readonly #app: App;
  readonly #store: SessionStore;
  readonly #config: () => Promise<Config>;
  readonly #screens: LastScreens;
  readonly #beats = new Map<string, TopBeat | undefined>();
  #week: { readonly atMs: number; readonly usd: readonly number[]; readonly savedUsd: number } | undefined;

  constructor(app: App, store: SessionStore, config: () => Promise<Config>) {
    this.#app = app;
    this.#store = store;
    this.#config = config;
    this.#screens = new LastScreens(store);
  }

  async read(): Promise<TopData> {
    const app = this.#app;
    const paths = app.paths();
    const nowMs = app.clock.now();
    const sessions = (await listedSessions(app, this.#store, false)).filter(isShown);
    return {
      nowMs,
      prefix: commandPrefix(paths),
      inbox: await readInbox(app, openWorkerView(this.#store, paths)),
      sessions,
      screens: await this.#screens.of(sessions),
      beats: this.#readBeats(),
      pulse: await this.#readPulse(nowMs),
      money: await this.#readMoney(nowMs),
    };
  }

  async #readPulse(nowMs: number): Promise<TopData["pulse"]> {
    const { files, processes } = this.#app;
    const paths = this.#app.paths();
    const state = readPulse(files, paths);
    const isRunning = livePulse(files, processes, paths) !== undefined;
    const { beat } = state ?? {};
    return {
      state: isRunning ? "running" : deadPulse(files, processes, paths) === undefined ? "stopped" : "died",
      runner: state?.runner,
      last:
        beat === undefined
          ? undefined
          : { atMs: beat.atMs, words: [beat.kind, ...(beat.reason === undefined ? [] : [beat.reason])].join(": ") },
      nextMs: isRunning ? beat?.nextMs : undefined,
      dueMs: await nextDueMs(files, paths, nowMs),
    };
  }

  #readBeats(): TopBeat[] {
    const { files } = this.#app;
    const paths = this.#app.paths();
    return listRuns(files, paths)
      .slice(0, BEATS)
      .flatMap((runId) => {
        const known = this.#beats.get(runId);
        if (known !== undefined) return [known];
        const record = readBeatRecord(files, paths, runId);
        if (record === undefined) return [];
        const beat = {
          runId,
          atMs: Date.parse(record.at),
          outcome: record.outcome.kind,
          move: record.move === null ? "" : moveSummary(record.move),
          changes: record.changes?.length,
          journal: (record.journal ?? record.outcome.text).replace(WHEN, ""),
          costUsd: record.cost_usd ?? undefined,
        };
        this.#beats.set(runId, beat);
        return [beat];
      });
  }

  async #readMoney(nowMs: number): Promise<TopData["money"]> {
    const { files } = this.#app;
    const paths = this.#app.paths();
    const day = currentDay(files, paths, nowMs) ?? (await this.#app.today());
    const { usd: todayUsd } = reportSpend(files, paths, day);
    if (this.#week === undefined || nowMs - this.#week.atMs > WEEK_MS) this.#week = readWeek(this.#app, nowMs);
    const { savedUsd, usd } = this.#week;
    return { todayUsd, capUsd: await this.#cap(), savedUsd, weekUsd: [...usd.slice(0, -1), todayUsd] };
  }

  /** A broken config is in the inbox. */
  async #cap(): Promise<number | undefined> {
    try {
      return (await this.#config()).budget?.dayUsd;
    } catch (error) {
      expected(error);
      return undefined;
    }
  }
}

function isShown({ id }: Session): boolean {
  return id !== sessionId(PULSE_ID);
}

function readWeek({ files, paths }: App, nowMs: number) {
  const dates = Array.from({ length: DAYS }, (_, at) => localDay(nowMs - (DAYS - 1 - at) * DAY_MS).date);
  const from = new Date(nowMs - DAYS * DAY_MS).toISOString();
  const { report, add } = costReport(true);
  eachRow(files, paths(), (row) => row.ts >= from && add(row));
  const skips = Object.entries(readSkips(files, paths())).flatMap(([date, day]) => (dates.includes(date) ? [day] : []));
  const usd = dates.map((date) => report.by.day.get(date)?.usd ?? 0);
  return { atMs: nowMs, usd, savedUsd: skipsOf(report, skips).savedUsd };
}
