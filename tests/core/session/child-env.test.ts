import { describe, expect, test } from "bun:test";
import { childEnv, withOwnTerminal } from "../../../src/core/session/child-env.ts";

describe("childEnv()", () => {
  const places = { bin: "/b", data: "/d", config: "/c", claims: "/d/claims", reports: "/d/reports", ledger: "/d/l" };

  test("sets looop's paths over old values and keeps the rest", () => {
    const env = childEnv(
      { PATH: "/bin", EMPTY: "", CONFIG: "mine", LOOOP_BIN: "/old", LOOOP_COST_LEDGER: "/old" },
      places,
    );

    expect(env).toEqual({
      PATH: "/bin",
      EMPTY: "",
      CONFIG: "mine",
      LOOOP_BIN: "/b",
      LOOOP_DATA_DIR: "/d",
      LOOOP_CONFIG: "/c",
      LOOOP_CLAIMS_DIR: "/d/claims",
      LOOOP_REPORTS_DIR: "/d/reports",
      LOOOP_COST_LEDGER: "/d/l",
    });
  });

  test("removes another session's identity and another call's meter", () => {
    const foreign = {
      BABYSIT_DIR: "x",
      BABYSIT_SESSION_ID: "x",
      LOOOP_SESSION_ID: "x",
      LOOOP_COST_KIND: "x",
      LOOOP_COST_ID: "x",
    };

    expect(Object.keys(childEnv(foreign, places)).filter((name) => name in foreign)).toEqual([]);
  });

  test("removes only the variables that control looop's compiled runtime", () => {
    const mine = { NODE_OPTIONS: "x", LD_PRELOAD: "x", BUN_INSTALL: "x", BUN_CONFIG_REGISTRY: "x" };
    const meant = {
      BUN_OPTIONS: "x",
      BUN_BE_BUN: "1",
      BUN_INSPECT: "x",
      BUN_INSPECT_CONNECT_TO: "x",
      BUN_INSPECT_NOTIFY: "x",
      BUN_BYTECODE_ORDER_OUT: "x",
    };

    const env = childEnv({ ...mine, ...meant }, places);

    expect(Object.keys(env).filter((name) => name in mine || name in meant)).toEqual(Object.keys(mine));
  });
});

const FOREIGN =
  "TERM_PROGRAM TERM_PROGRAM_VERSION COLUMNS LINES TERMCAP GPG_TTY SSH_TTY WINDOWID KITTY_WINDOW_ID KITTY_LISTEN_ON WEZTERM_PANE ITERM_SESSION_ID ITERM_PROFILE VTE_VERSION INSIDE_EMACS TMUX TMUX_PANE STY ZELLIJ ZELLIJ_SESSION_NAME TERMINFO LC_TERMINAL GHOSTTY_RESOURCES_DIR ALACRITTY_WINDOW_ID KONSOLE_VERSION WT_SESSION VSCODE_IPC_HOOK_CLI NVIM TERMINAL_EMULATOR COLORFGBG";

const KEPT =
  "PATH HOME LANG LC_ALL SSH_AUTH_SOCK DISPLAY WAYLAND_DISPLAY XDG_RUNTIME_DIR EDITOR ANTHROPIC_API_KEY CLAUDE_CODE_OAUTH_TOKEN CODEX_HOME VIRTUAL_ENV NO_COLOR TZ";

test("withOwnTerminal() drops what describes another terminal, keeps the rest, and names its own", () => {
  const names = `${FOREIGN} ${KEPT} TERM COLORTERM`.split(" ");
  const env = withOwnTerminal(Object.fromEntries(names.map((name) => [name, "x"])));
  expect(Object.keys(env).sort()).toEqual(`${KEPT} TERM COLORTERM`.split(" ").sort());
  expect(env).toMatchObject({ TERM: "xterm-256color", COLORTERM: "truecolor", PATH: "x" });
});
