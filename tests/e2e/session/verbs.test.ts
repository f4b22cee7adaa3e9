/** The verbs for scripts that drive a session: wait, expect, restart, resize, detach. */
import { describe, expect, test } from "bun:test";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { LOOOP, pane } from "../../support/session/tmux.ts";
import { fleetProfile, session, transcript, worker } from "../../support/session/workers.ts";

const inTmux = testUnless(missing("tmux"));

describe("wait <id>", () => {
  test("returns at the session's end, with 0 when it ended well and 1 when it failed", async () => {
    const me = fleetProfile();
    worker(me, "good", "read -r; exit 0");
    worker(me, "bad", "read -r; exit 3");
    const waiter = start(["wait", "good"], { profile: me });
    looop(["send", "good", "x"], { profile: me, stdout: ANYTHING });
    await waiter.ended({ stdout: "exited, exit 0\n" });
    looop(["send", "bad", "x"], { profile: me, stdout: ANYTHING });
    looop(["wait", "bad", "--timeout", "20s"], { profile: me, exit: 1, stdout: "exited, exit 3\n" });
    const { stdout } = looop(["wait", "bad", "--json"], { profile: me, exit: 1, stdout: ANYTHING });
    expect(JSON.parse(stdout)).toEqual({
      ...{ v: 1, why: "ended", session: "looop-bad", state: "exited, exit 3", exit_code: 3 },
    });
  });

  test("returns at a pause with --idle, which a blinking title does not end, and with 6 when the time runs out", async () => {
    const me = fleetProfile();
    worker(me, "busy", "while :; do echo line; sleep 0.05; done");
    worker(me, "quiet", "echo done; while :; do printf '\\033]0;%s\\007' $RANDOM; sleep 0.1; done");
    looop(["wait", "busy", "--idle", "10s", "--timeout", "500ms"], { profile: me, exit: 6, stdout: "timeout\n" });
    looop(["wait", "quiet", "--idle", "500ms", "--timeout", "20s"], { profile: me, stdout: "idle\n" });
    looop(["wait", "--idle", "5s"], { profile: me, exit: 2, stderr: /--idle is for one session/ });
    looop(["wait", "quiet", "--asks"], { profile: me, exit: 2, stderr: /--asks, --actionable and --since are for/ });
    looop(["wait", "none"], { profile: me, exit: 4, stderr: /no such session/ });
  });
});

test("expect prints the line that matches, and says when it does not come", async () => {
  const me = fleetProfile();
  worker(me, "w", "echo tests: 3 failed; read -r; printf 'tests: \\033[32m0 failed\\033[0m\\n'; read -r");
  looop(["expect", "w", "^tests: [0-9]+"], { profile: me, stdout: "tests: 3 failed\n" });
  const waiter = start(["expect", "w", "0 failed$", "--from-now"], { profile: me });
  looop(["expect", "w", "0 failed", "--timeout", "300ms"], { profile: me, exit: 6, stderr: /the time ran out/ });
  looop(["send", "w", "x"], { profile: me, stdout: ANYTHING });
  await waiter.ended({ stdout: "tests: 0 failed\n" });
  looop(["expect", "w", "0 failed", "--screen"], { profile: me, stdout: "tests: 0 failed\n" });
  looop(["send", "w", "x"], { profile: me, stdout: ANYTHING });
  looop(["expect", "w", "never"], { profile: me, exit: 1, stderr: /it ended without it/ });
  looop(["expect", "w", "("], { profile: me, exit: 2, stderr: /is not a regular expression/ });
});

test("restart runs the same command again in the same session", async () => {
  const me = fleetProfile();
  worker(me, "w", "echo started $$; read -r");
  const pid = () => JSON.parse(me.read("sessions/looop-w/status.json") ?? "{}").child_pid as number;
  const before = pid();
  looop(["restart", "w"], { profile: me, stdout: "restarted w\n" });
  expect(pid()).not.toBe(before);
  await waitFor("the second start", () => transcript(me, "looop-w").split("started").length === 3);
  expect(session(me, "looop-w")?.state).toBe("running");
  looop(["freeze", "w"], { profile: me, stdout: ANYTHING });
  looop(["restart", "w"], { profile: me, exit: 1, stderr: /Cannot restart w: it is frozen/ });
  looop(["kill", "w"], { profile: me, stdout: ANYTHING });
  looop(["restart", "w"], { profile: me, exit: 1, stderr: /Cannot restart w: it is killed/ });
});

test("resize sets the size of the session's terminal", async () => {
  const me = fleetProfile();
  worker(me, "w", "while read -r; do stty size; done");
  looop(["resize", "w", "100x30"], { profile: me, stdout: "resized w to 100x30\n" });
  looop(["send", "w", "x"], { profile: me, stdout: ANYTHING });
  looop(["expect", "w", "^30 100$"], { profile: me, stdout: "30 100\n" });
  looop(["resize", "w", "0x30"], { profile: me, exit: 2, stderr: /"0x30": it is not COLSxROWS/ });
});

inTmux("detach frees every terminal, and the session goes on", async () => {
  const me = fleetProfile();
  worker(me, "w", "echo here; read -r");
  const at = await pane(me, 120, 20);
  at.run(`${LOOOP} attach w`);
  await at.shows("here");
  looop(["detach", "w"], { profile: me, stdout: "detached every terminal from w\n" });
  await at.shows("[detached from w, as was asked from elsewhere");
  expect(session(me, "looop-w")?.alive).toBe(true);
});
