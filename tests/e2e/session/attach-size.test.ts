/** Terminals of any size, changing, and more than one of them. */
import { describe, expect } from "bun:test";
import type { Profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { LOOOP, pane } from "../../support/session/tmux.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

const inTmux = testUnless(missing("tmux"));

/** Waits until the session has this size. */
const sized = (me: Profile, id: string, cols: number, rows: number) =>
  waitFor(`${id} to be ${cols}x${rows}`, () => {
    const { size } = JSON.parse(me.read(`sessions/looop-${id}/status.json`) ?? "{}");
    return size?.cols === cols && size.rows === rows;
  });

const SHELL = "PS1='inner> ' exec bash --norc --noprofile";

describe("attach", () => {
  inTmux("sets the session's size to the terminal's, and follows it", async () => {
    const me = fleetProfile();
    worker(me, "sh", SHELL);
    const at = await pane(me, 91, 17);
    at.run(`${LOOOP} attach sh`);
    await at.shows("inner>");
    at.run("stty size");
    await at.shows("17 91");
    at.resize(64, 33);
    await sized(me, "sh", 64, 33);
    at.run("clear; stty size");
    await at.shows("33 64");
  });

  inTmux("ends many quick resizes at the last size, and signals the program only a few times", async () => {
    const me = fleetProfile();
    worker(me, "storm", "trap 'n=$((n + 1))' WINCH; while ! read -t 0.1; do :; done; stty size; echo seen $n; cat");
    const at = await pane(me, 100, 30);
    at.run(`${LOOOP} attach storm`);
    await sized(me, "storm", 100, 30);
    for (let round = 0; round < 60; round++) at.resize(40 + round, 10 + (round % 20));
    await sized(me, "storm", 99, 29);
    at.keys("Enter");
    await at.shows(/^29 99$/m);
    const seen = Number(/seen (\d+)/.exec(at.text())?.[1]);
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThanOrEqual(62);
  });

  inTmux("gives two attached terminals the size of the one that is typed on", async () => {
    const me = fleetProfile();
    worker(me, "sh", SHELL);
    const [wide, small] = [await pane(me, 120, 40), await pane(me, 50, 12)];
    wide.run(`${LOOOP} attach sh`);
    await wide.shows("inner>");
    small.run(`${LOOOP} attach sh`);
    await small.shows("inner>");
    await sized(me, "sh", 50, 12);
    wide.keys("Space");
    await sized(me, "sh", 120, 40);
    wide.run("clear; stty size");
    await wide.shows("40 120");
    await small.shows("40 120");
    small.keys("Space");
    await sized(me, "sh", 50, 12);
    small.run("clear; stty size");
    await small.shows("12 50");
    await wide.shows("12 50");
    small.keys("C-\\", "C-\\");
    await small.shows("[detached from sh");
    await sized(me, "sh", 120, 40);
    wide.run("echo still $((40 + 2))");
    await wide.shows("still 42");
  });

  testUnless(missing("tmux", "vim"))("shows a full-screen program whole on a terminal of another size", async () => {
    const me = fleetProfile();
    worker(me, "ed", "exec vim -u NONE -N -c 'call setline(1, range(1, 99))' -c 'set laststatus=2'");
    const first = await pane(me, 120, 40);
    first.run(`${LOOOP} attach ed`);
    await first.shows(/^39$|^38$/m);
    first.keys("C-\\", "C-\\");
    await first.shows("[detached from ed");
    const second = await pane(me, 60, 12);
    second.run(`${LOOOP} attach ed`);
    await second.shows(/^1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n\[No Name\]/);
  });

  inTmux("works on a terminal of one row", async () => {
    const me = fleetProfile();
    worker(me, "sh", SHELL);
    const at = await pane(me, 20, 5);
    at.run(`${LOOOP} attach sh`);
    await at.shows("inner>");
    at.resize(10, 1);
    await sized(me, "sh", 10, 1);
    at.run("clear; echo ok");
    await at.shows(/inner>|ok/);
    at.resize(80, 24);
    await sized(me, "sh", 80, 24);
    at.run("clear; stty size");
    await at.shows("24 80");
  });
});
