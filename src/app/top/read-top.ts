import { moveSummary } from "../../core/move/move-text.ts";
import { PULSE_ID, sessionId } from "../../core/names.ts";
import type { Session } from "../../core/session/session.ts";
import type { TopBeat, TopData } from "../../core/top/top-state.ts";
import { readBeatRecord } from "../../store/beat/beat-records.ts";
import { listRuns } from "../../store/beat/runs.ts";
import { currentDay } from "../../store/money/day-record.ts";
import { reportSpend } from "../../store/money/day-spend.ts";
import { commandPrefix } from "../../store/paths.ts";
import { nextDueMs } from "../../store/policy/schedules.ts";
import { deadPulse, livePulse, readPulse } from "../../store/pulse-state.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import { readInbox } from "../inbox/inbox.ts";
import type { App } from "../open.ts";
import { listedSessions } from "../session/listed-sessions.ts";
import { openWorkerView } from "../session/workers.ts";
import type { LateFacts } from "./late-facts.ts";

/** The number of beats that are shown. */
const BEATS = 30;

/** The beginning of a journal line: the age stands before it already. */
const WHEN = /^- \d{4}-\d\d-\d\d \d\d:\d\d /;

/** Reads everything that the screen shows. It keeps what cannot have changed. */
export class TopReader {
  readonly #app: App;
  readonly #store: SessionStore;
  readonly #beats = new Map<string, TopBeat | undefined>();
  #late: LateFacts | undefined;

  constructor(app: App, store: SessionStore) {
    this.#app = app;
    this.#store = store;
  }

  /** Loads the readers of what takes long: the screens, the caps, the week. Until then the data are without those. */
  async loadAll(): Promise<void> {
    const { LateFacts } = await import("./late-facts.ts");
    this.#late ??= new LateFacts(this.#app, this.#store);
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
      screens: (await this.#late?.screens(sessions)) ?? new Map(),
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
    const { capUsd, savedUsd = 0, weekUsd = [] } = (await this.#late?.money(nowMs)) ?? {};
    return { todayUsd, capUsd, savedUsd, weekUsd: [...weekUsd.slice(0, -1), todayUsd] };
  }
}

function isShown({ id }: Session): boolean {
  return id !== sessionId(PULSE_ID);
}
