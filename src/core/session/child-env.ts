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

/** Returns the environment of a worker in `session`, which runs in our terminal. */
export function workerEnv(env: Env, session: string): Record<string, string> {
  return { ...withOwnTerminal(env), LOOOP_SESSION_ID: session };
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

/** Variables that describe the terminal of whoever started a worker, and why the worker does not get them. */
const FOREIGN: readonly (readonly [names: RegExp, why: string])[] = [
  [
    /^(?:TMUX|TMUX_PANE|TMUX_PLUGIN_.*|STY|WINDOW|ZELLIJ.*)$/,
    "a multiplexer: its commands would act on another window",
  ],
  [
    /^(?:TERM_PROGRAM.*|TERM_SESSION_ID|LC_TERMINAL.*|TERM_FEATURES)$/,
    "the terminal's name: programs use its own sequences",
  ],
  [
    /^(?:KITTY_|WEZTERM_|ITERM_|GHOSTTY_|ALACRITTY_|KONSOLE_|TILIX_|TERMINATOR_|GNOME_TERMINAL_|PTYXIS_|FOOT_|WARP_|RIO_)/,
    "one terminal's own interface",
  ],
  [
    /^(?:WT_SESSION|WT_PROFILE_ID|ConEmu.*|XTERM_.*|VTE_VERSION|MLTERM|TERMINOLOGY|GUAKE_TAB_UUID|WINDOWID)$/,
    "one terminal's own mark",
  ],
  [
    /^(?:VSCODE_.*|CURSOR_TRACE_ID|INSIDE_EMACS|EMACS|NVIM|NVIM_LISTEN_ADDRESS|VIM|VIMRUNTIME|MYVIMRC|TERMINAL_EMULATOR|JEDITERM_.*|ZED_TERM)$/,
    "an editor around the starter's shell",
  ],
  [/^(?:COLUMNS|LINES)$/, "the size of another terminal, which programs believe more than the real one"],
  [/^(?:TERMCAP|TERMINFO|COLORFGBG)$/, "the description of another terminal"],
  [/^(?:GPG_TTY|SSH_TTY|TTY)$/, "the device of another terminal, on which something would ask"],
  [/^(?:SHLVL|OLDPWD|PS1)$/, "the state of the starter's shell"],
];

/** The terminal of every session: what our emulator and an attached terminal understand. */
const OWN = { TERM: "xterm-256color", COLORTERM: "truecolor" } as const;

/** Returns the environment with a session's own terminal in place of the starter's. */
export function withOwnTerminal(env: Env): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !FOREIGN.some(([names]) => names.test(name)));
  return { ...Object.fromEntries(kept), ...OWN };
}
