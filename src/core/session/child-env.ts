import type { Env } from "../env.ts";

/** The paths that a child gets in its environment. */
export interface ChildPlaces {
  readonly bin: string;
  readonly data: string;
  readonly config: string;
  readonly claims: string;
  readonly reports: string;
  readonly ledger: string;
}

/** Variables that must not leak from looop's own environment to a child: another session's identity, another call's meter. */
const PRIVATE = /^(?:BABYSIT_|LOOOP_COST_(?!LEDGER)|LOOOP_SESSION_ID$)/;

/**
 * Variables that control the runtime inside a compiled looop: code to run first, a debugger's port that other users can
 * reach, running as bun instead. They are meant for one program that a person starts, not for a supervisor that lives
 * for days.
 */
const RUNTIME = /^BUN_(?:OPTIONS$|BE_BUN$|INSPECT|BYTECODE_ORDER_OUT$)/;

/** Variables of a terminal multiplexer: a worker runs in our terminal, not in that one. */
const MULTIPLEXER = /^(?:TMUX|TMUX_PANE|STY|WINDOW|ZELLIJ.*)$/;

/** Returns the environment of a worker in `session`. TERM names the terminal that our clients emulate. */
export function workerEnv(env: Env, session: string): Record<string, string> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !MULTIPLEXER.test(name)));
  return { ...own, TERM: "xterm-256color", LOOOP_SESSION_ID: session };
}

/**
 * Returns the environment of sensors, runners and workers: the parent's, without private variables and those of looop's
 * own runtime, with looop's paths.
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
