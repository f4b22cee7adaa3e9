import { canonical, parseExactJson, parseJson } from "../../core/json.ts";
import type { AskRow } from "../../core/mailbox/ask-rows.ts";
import { clip, counted, plain, plainLine, utf8 } from "../../core/text.ts";
import { wakeSignal } from "../../core/world/world.ts";
import { WorldStore } from "../../store/beat/world-store.ts";
import { goalIds } from "../../store/policy/goals.ts";
import { journalTail } from "../../store/policy/journal.ts";
import { livePulse } from "../../store/pulse-state.ts";
import { openAsks } from "../mailbox/open-asks.ts";
import type { App } from "../open.ts";
import { openSessions } from "../session/open-sessions.ts";
import { openWorkerView } from "../session/workers.ts";

const JOURNAL_LINES = 20;

/** The output of `state --json`. Its fields are public: add, never rename. */
export interface StateReport {
  readonly v: 1;
  readonly data_dir: string;
  /** The hash of the world that the last successful decide saw; "" before the first. */
  readonly world_hash: string;
  readonly pulse_alive: boolean;
  readonly asks: readonly AskRow[];
  readonly workers: readonly {
    readonly id: string;
    readonly state: string;
    readonly alive: boolean;
    readonly exit_code: number | null;
    readonly note: string | null;
  }[];
  readonly goals: readonly string[];
  /** The last output of each sensor, parsed when it is JSON. */
  readonly snapshots: Readonly<Record<string, unknown>>;
  /** The last lines, oldest first. */
  readonly journal_tail: readonly string[];
}

/** Returns the world as the loop sees it. Only reads files. */
export async function stateReport(app: App): Promise<StateReport> {
  const { files } = app;
  const paths = app.paths();
  const worldStore = new WorldStore(files, paths);
  const workers = openWorkerView(await openSessions(app), paths).workers();
  return {
    v: 1,
    data_dir: paths.data,
    world_hash: worldStore.lastHash(),
    pulse_alive: livePulse(files, app.processes, paths) !== undefined,
    asks: await openAsks(app),
    workers: workers.map(({ id, state, alive, exitCode, note }) => ({
      id,
      state,
      alive,
      exit_code: exitCode ?? null,
      note: note ?? null,
    })),
    goals: goalIds(files, paths.goals),
    snapshots: Object.fromEntries(
      worldStore.readings().map(({ id, bytes }) => {
        const text = utf8(bytes);
        return [id, parseJson(text) ?? text];
      }),
    ),
    journal_tail: journalTail(files, paths.journal, JOURNAL_LINES),
  };
}

/** Returns the report for people. */
export function stateText(report: StateReport): string {
  const { asks, goals, snapshots, workers, journal_tail: journal } = report;
  const waiting = asks.filter(({ state }) => state !== "answered");
  return [
    `pulse ${report.pulse_alive ? "running" : "STOPPED"} · ${waiting.length} asked · ${counted(workers.length, "worker")} · ${counted(goals.length, "goal")}`,
    ...waiting
      .slice(0, 10)
      .map(({ id, worker, prompt }) => `⚑ ${id}  ${worker ?? "looop"}: ${clip(plainLine(prompt), 200)}`),
    ...Object.entries(snapshots).map(
      ([name, value]) => `${plainLine(name)}: ${clip(plainLine(signalText(value)), 200)}`,
    ),
    ...workers.map(
      ({ id, state, note }) => `${id} [${state}]${note === null ? "" : `  ⚑ ${clip(plainLine(note), 200)}`}`,
    ),
    ...journal.slice(-3).map((line) => clip(plain(line), 200)),
  ].join("\n");
}

function signalText(value: unknown): string {
  const text = typeof value === "string" ? value : canonical(value);
  const signal = parseExactJson(text) === undefined ? text : wakeSignal(new TextEncoder().encode(text));
  return typeof signal === "string" ? signal : utf8(signal);
}
