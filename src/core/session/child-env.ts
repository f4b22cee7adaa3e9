import type { Env } from "../env.ts";

/** The places a child is told about. */
export interface ChildPlaces {
  readonly bin: string;
  readonly data: string;
  readonly config: string;
  readonly claims: string;
  readonly reports: string;
  readonly ledger: string;
}

/** What must not leak from looop's own surroundings into a child: another session's identity, another call's meter. */
const PRIVATE = /^(?:BABYSIT_|LOOOP_COST_(?!LEDGER)|LOOOP_SESSION_ID$)/;

/**
 * What speaks to the runtime inside a compiled looop: code to run first, a debugger's port that other users can reach, to
 * be bun instead. Meant for one program that a person starts, never for a supervisor that lives for days.
 */
const RUNTIME = /^BUN_(?:OPTIONS$|BE_BUN$|INSPECT|BYTECODE_ORDER_OUT$)/;

/** What says "you are inside my terminal multiplexer": a worker's terminal is ours. */
const MULTIPLEXER = /^(?:TMUX|TMUX_PANE|STY|WINDOW|ZELLIJ.*)$/;

/** The environment of a worker in session `session`. Its terminal is the one that our clients draw. */
export function workerEnv(env: Env, session: string): Record<string, string> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !MULTIPLEXER.test(name)));
  return { ...own, TERM: "xterm-256color", LOOOP_SESSION_ID: session };
}

/**
 * The environment of sensors, runners and workers: the parent's, without what is private or is meant for
 * looop's own runtime, with looop's places.
 */
export function childEnv(env: Env, places: ChildPlaces): Record<string, string> {
  const inherited = Object.fromEntries(
    Object.entries(env).filter(([name]) => !PRIVATE.test(name) && !RUNTIME.test(name)),
  );
  return {
    ...inherited,
    LOOOP_BIN: places.bin,
    LOOOP_DATA_DIR: places.data,
    LOOOP_CONFIG: places.config,
    LOOOP_CLAIMS_DIR: places.claims,
    LOOOP_REPORTS_DIR: places.reports,
    LOOOP_COST_LEDGER: places.ledger,
  };
}
