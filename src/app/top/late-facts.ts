import type { Config } from "../../core/config/config.ts";
import { expected } from "../../core/error.ts";
import { localDay } from "../../core/money/call.ts";
import { costReport, skipsOf } from "../../core/money/report.ts";
import type { Session } from "../../core/session/session.ts";
import type { TopData } from "../../core/top/top-state.ts";
import { eachRow } from "../../store/money/ledger.ts";
import { readSkips } from "../../store/money/skips.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import { configReader } from "../loop/config-reader.ts";
import type { App } from "../open.ts";
import { LastScreens } from "./last-screens.ts";

/** The time between two readings of the ledger, in milliseconds: it may be long, and only the last days are new. */
const WEEK_MS = 60_000;

const DAY_MS = 86_400_000;
const DAYS = 7;

interface Week {
  readonly atMs: number;
  /** The last seven days, today last, in USD. */
  readonly weekUsd: readonly number[];
  readonly savedUsd: number;
}

/** The facts that take long to read, so that the first picture does not wait for them. */
export class LateFacts {
  readonly #app: App;
  readonly #config: () => Promise<Config>;
  readonly #screens: LastScreens;
  #week: Week | undefined;

  constructor(app: App, store: SessionStore) {
    this.#app = app;
    this.#config = configReader(app);
    this.#screens = new LastScreens(store);
  }

  screens(sessions: readonly Session[]): Promise<TopData["screens"]> {
    return this.#screens.of(sessions);
  }

  async money(nowMs: number): Promise<Pick<TopData["money"], "capUsd" | "savedUsd" | "weekUsd">> {
    if (this.#week === undefined || nowMs - this.#week.atMs > WEEK_MS) this.#week = readWeek(this.#app, nowMs);
    return { ...this.#week, capUsd: await this.#cap() };
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

function readWeek({ files, paths }: App, nowMs: number): Week {
  const dates = Array.from({ length: DAYS }, (_, at) => localDay(nowMs - (DAYS - 1 - at) * DAY_MS).date);
  const from = new Date(nowMs - DAYS * DAY_MS).toISOString();
  const { report, add } = costReport(true);
  eachRow(files, paths(), (row) => row.ts >= from && add(row));
  const skips = Object.entries(readSkips(files, paths())).flatMap(([date, day]) => (dates.includes(date) ? [day] : []));
  const weekUsd = dates.map((date) => report.by.day.get(date)?.usd ?? 0);
  return { atMs: nowMs, weekUsd, savedUsd: skipsOf(report, skips).savedUsd };
}
