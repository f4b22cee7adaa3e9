/** Flags as windows of a real tmux: each test has its own server. */
import { expect, onTestFinished, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

const withTmux = testUnless(missing("tmux"));

/** A quiet decider: it journals and does nothing. */
const QUIET = 'default = "fake"\n[runners.fake]\ntick = "cat >/dev/null; echo \'- x moved\' >>journal.md"\n';

interface Tmux {
  readonly env: Record<string, string>;
  run(...args: string[]): string;
  windows(): string[];
}

/** Starts a tmux server with one session, which only programs with its TMUX_TMPDIR find. */
function tmuxServer(me: Profile): Tmux {
  const folder = mkdtempSync(join(tmpdir(), "looop-tmux-"));
  const own = join(folder, `tmux-${process.geteuid?.()}`);
  mkdirSync(own, { mode: 0o700 });
  const run = (...args: string[]) => {
    const argv = ["-S", join(own, "default"), "-f", "/dev/null", ...args];
    const done = spawnSync("tmux", argv, { env: { ...me.env }, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`tmux ${args.join(" ")}: ${done.stderr}`);
    return done.stdout;
  };
  run("new-session", "-d", "-s", "person", "-n", "home", "-x", "100", "-y", "30", "sh");
  onTestFinished(() => {
    run("kill-server");
    rmSync(folder, { recursive: true, force: true });
  });
  const windows = () => run("list-windows", "-a", "-F", "#{window_name}").trim().split("\n");
  return { env: { TMUX_TMPDIR: folder }, run, windows };
}

withTmux("a raised flag opens one window, in the background, with the worker in it", async () => {
  const me = fleetProfile(QUIET);
  const tmux = tmuxServer(me);
  worker(me, "asks", "echo I am the worker; sleep 1000");
  looop(["flag", "asks", "Which one?"], { profile: me, stdout: ANYTHING });
  const beat = () => looop(["tick"], { profile: me, env: tmux.env, stdout: /NEEDS YOU/ });
  beat();
  expect(tmux.windows()).toEqual(["home", "⚑asks"]);
  expect(tmux.run("display-message", "-p", "#{window_name}").trim()).toBe("home");
  await waitFor("the worker's screen in the window", () =>
    tmux.run("capture-pane", "-p", "-t", "person:1").includes("I am the worker"),
  );
  beat();
  expect(tmux.windows()).toEqual(["home", "⚑asks"]);
});

withTmux("a flag that was lowered and raised again opens a window again; one that stayed up does not", async () => {
  const me = fleetProfile(QUIET);
  const tmux = tmuxServer(me);
  const beat = () => looop(["tick"], { profile: me, env: tmux.env, stdout: ANYTHING });
  worker(me, "asks", "sleep 1000");
  looop(["flag", "asks", "First?"], { profile: me, stdout: ANYTHING });
  beat();
  tmux.run("kill-window", "-t", "person:1");
  beat();
  expect(tmux.windows()).toEqual(["home"]);
  looop(["unflag", "asks"], { profile: me, stdout: ANYTHING });
  looop(["flag", "asks", "Second?"], { profile: me, stdout: ANYTHING });
  beat();
  expect(tmux.windows()).toEqual(["home", "⚑asks"]);
});

withTmux("a data folder with spaces, quotes and tmux formats works, and a note cannot inject commands", async () => {
  const me = fleetProfile(QUIET);
  const tmux = tmuxServer(me);
  const data = join(me.home, `it's "#{pid}" $(touch pwned) #(touch pwned) folder`);
  mkdirSync(data, { recursive: true });
  const there = { profile: me, env: { ...tmux.env, LOOOP_DATA_DIR: data } };
  const command = "echo in the odd folder; sleep 1000";
  looop(["start-session", "odd", "x", "--command", command], { ...there, stdout: ANYTHING });
  looop(["flag", "odd", "$(touch pwned) #(touch pwned) `touch pwned` ; touch pwned"], { ...there, stdout: ANYTHING });
  looop(["tick"], { ...there, stdout: ANYTHING });
  expect(tmux.windows()).toEqual(["home", "⚑odd"]);
  await waitFor("the worker's screen in the window", () =>
    tmux.run("capture-pane", "-p", "-t", "person:1").includes("in the odd folder"),
  );
  expect(spawnSync("find", [me.home, "-name", "pwned"], { encoding: "utf8" }).stdout).toBe("");
  looop(["down", "--workers"], { ...there, stdout: ANYTHING });
});

withTmux("LOOOP_TMUX_SURFACE=0 opens no window, and a flag waits for a tmux server", async () => {
  const me = fleetProfile(QUIET);
  worker(me, "asks", "sleep 1000");
  looop(["flag", "asks", "?"], { profile: me, stdout: ANYTHING });
  looop(["tick"], { profile: me, env: { TMUX_TMPDIR: me.temp }, stdout: ANYTHING });
  const tmux = tmuxServer(me);
  looop(["tick"], { profile: me, env: { ...tmux.env, LOOOP_TMUX_SURFACE: "0" }, stdout: ANYTHING });
  expect(tmux.windows()).toEqual(["home"]);
  looop(["tick"], { profile: me, env: tmux.env, stdout: ANYTHING });
  expect(tmux.windows()).toEqual(["home", "⚑asks"]);
});

withTmux("tmux = false in the config opens no window, and LOOOP_TMUX_SURFACE=1 overrides it", () => {
  const me = fleetProfile(`tmux = false\n${QUIET}`);
  worker(me, "asks", "sleep 1000");
  looop(["flag", "asks", "?"], { profile: me, stdout: ANYTHING });
  const tmux = tmuxServer(me);
  looop(["tick"], { profile: me, env: tmux.env, stdout: ANYTHING });
  expect(tmux.windows()).toEqual(["home"]);
  looop(["tick"], { profile: me, env: { ...tmux.env, LOOOP_TMUX_SURFACE: "1" }, stdout: ANYTHING });
  expect(tmux.windows()).toEqual(["home", "⚑asks"]);
});

withTmux("the pulse can be attached to and its log read like any session's", async () => {
  const me = fleetProfile(QUIET);
  looop(["up"], { profile: me, stdout: ANYTHING });
  await waitFor("its first beat in the log", () =>
    looop(["log", "pulse"], { profile: me, stdout: ANYTHING }).stdout.includes("looop started"),
  );
  looop(["screenshot", "pulse"], { profile: me, stdout: /looop started: a beat every 60 s/ });
  expect(session(me, "looop-pulse")?.alive).toBe(true);
});

test("a flag keeps a note of a megabyte whole", () => {
  const me = fleetProfile(QUIET);
  worker(me, "w", "sleep 1000");
  const words = Array.from({ length: 10 }, () => "z".repeat(100_000));
  looop(["flag", "w", ...words], { profile: me, stdout: ANYTHING });
  expect(me.read("sessions/looop-w/note")?.length).toBe(1_000_009);
  looop(["ls"], { profile: me, stdout: ANYTHING });
  looop(["tick"], { profile: me, stdout: ANYTHING });
});
