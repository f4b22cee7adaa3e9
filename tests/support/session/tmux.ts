/** A real terminal: a pane of its own tmux server, with a shell, driven by keys and read as text. */
import { onTestFinished } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Profile } from "../program/profile.ts";
import { PROGRAM } from "../program/program.ts";
import { waitFor } from "../program/wait-for.ts";

export interface Pane {
  /** Presses keys by tmux's names; a text is typed as it is. */
  keys(...names: string[]): void;
  /** Types a text without pressing Enter. */
  type(text: string): void;
  /** Sends raw bytes. */
  bytes(text: string): void;
  /** Types a command line and presses Enter. */
  run(line: string): void;
  /** Returns the screen, without the blank lines at the bottom. */
  text(): string;
  /** Returns the screen and its scrollback. */
  history(): string;
  /** Returns the pane's modes and title, as tmux knows them. */
  modes(): string;
  resize(cols: number, rows: number): void;
  /** Waits until the text is shown, and returns the screen. */
  shows(text: string | RegExp): Promise<string>;
  /** Types a command line and waits for its end; returns what it printed. */
  answer(line: string): Promise<string>;
}

/** The words that start the program, for a shell. */
export const LOOOP = PROGRAM.map((word) => `'${word}'`).join(" ");

const MODES = [
  ...["alternate_on", "cursor_flag", "insert_flag", "keypad_cursor_flag", "keypad_flag", "mouse_all_flag"],
  ...["mouse_any_flag", "mouse_button_flag", "mouse_sgr_flag", "mouse_standard_flag", "mouse_utf8_flag"],
  ...["origin_flag", "scroll_region_lower", "scroll_region_upper", "wrap_flag", "pane_title"],
];

/** The prompt of the shell in a pane. */
const PROMPT = "pane$";
const SHELL = `exec env PS1='${PROMPT} ' bash --norc --noprofile`;

let serial = 0;

/** Opens a pane of `cols` by `rows` with bash; the end of the test ends it and its server. */
export async function pane(profile: Profile, cols = 80, rows = 24): Promise<Pane> {
  serial += 1;
  const socket = join(profile.temp, `tmux-${serial}`);
  const tmux = (...words: string[]) => {
    const env = { ...profile.env, TERM: "xterm-256color" };
    const done = spawnSync("tmux", ["-S", socket, "-f", "/dev/null", ...words], { env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`tmux ${words[0]} failed: ${done.stderr}`);
    return done.stdout;
  };
  tmux("new-session", "-d", "-x", `${cols}`, "-y", `${rows}`, "-c", profile.home, SHELL);
  // By its number: the folder of its socket may be gone by then.
  const server = Number(tmux("display-message", "-p", "#{pid}"));
  onTestFinished(() => void process.kill(server, "SIGTERM"));
  tmux("set-option", "-g", "history-limit", "5000");
  const text = () => tmux("capture-pane", "-p").trimEnd();
  const keys = (...names: string[]) => void tmux("send-keys", ...names);
  const type = (typed: string) => void tmux("send-keys", "-l", "--", typed);
  const shows = (wanted: string | RegExp) =>
    waitFor(`the pane to show ${wanted}, which shows\n${text()}\n`, () => {
      const now = text();
      return (typeof wanted === "string" ? now.includes(wanted) : wanted.test(now)) && now;
    });
  const made: Pane = {
    keys,
    type,
    text,
    shows,
    bytes: (sent) => keys("-H", ...Array.from(sent, (it) => it.charCodeAt(0).toString(16))),
    run: (line) => {
      type(line);
      keys("Enter");
    },
    history: () => tmux("capture-pane", "-p", "-S", "-5000").trimEnd(),
    modes: () => tmux("display-message", "-p", MODES.map((name) => `${name}=#{${name}}`).join(" ")).trim(),
    resize: (toCols, toRows) => void tmux("resize-window", "-x", `${toCols}`, "-y", `${toRows}`),
    answer: async (line) => {
      serial += 1;
      const file = join(profile.temp, `answer-${serial}`);
      made.run(`{ ${line}; } >${file} 2>&1; touch ${file}.done`);
      await waitFor(`the end of ${line}`, () => existsSync(`${file}.done`));
      return readFileSync(file, "utf8");
    },
  };
  await shows(PROMPT);
  return made;
}
