/** Looking at a session and typing into it without attaching: screenshot, log, send. */
import { describe, expect, test } from "bun:test";
import { closeSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { peakOf, TIME } from "../../support/process/peak-memory.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { run } from "../../support/program/run.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { isOver as hasEnded } from "../../support/session/foreign-sessions.ts";
import { request } from "../../support/session/raw-session.ts";
import { LOOOP } from "../../support/session/tmux.ts";
import { fleetProfile, session, transcript, worker } from "../../support/session/workers.ts";

const says = (me: Profile, id: string, text: string) =>
  waitFor(`${id} to say ${text}`, () => transcript(me, `looop-${id}`).includes(text));
const isOver = (me: Profile, id: string) =>
  waitFor(`the end of ${id}`, () => session(me, `looop-${id}`)?.alive === false);

/** A session that is over, with this transcript. */
async function finished(me: Profile, id: string, log: string | Uint8Array): Promise<void> {
  worker(me, id, "exit 3");
  await isOver(me, id);
  writeFileSync(join(me.data, `sessions/looop-${id}/output.log`), log);
}

describe("screenshot", () => {
  test("prints a live session's screen as text, with colours and as JSON", async () => {
    const me = fleetProfile();
    worker(me, "tui", "printf '\\033[?1049h\\033[2J\\033[3;5H\\033[31mred\\033[0m.'; read -r");
    await says(me, "tui", "red");
    looop(["screenshot", "tui"], { profile: me, stdout: "\n\n    red.\n" });
    looop(["screenshot", "tui", "--ansi"], {
      profile: me,
      stdout: "\n\n    \x1b[0m\x1b[38;5;1mred\x1b[0m.\x1b[0m\x1b[0m\n",
    });
    const picture = JSON.parse(looop(["screenshot", "looop-tui", "--json"], { profile: me, stdout: ANYTHING }).stdout);
    expect(picture).toMatchObject({
      v: 1,
      session: "looop-tui",
      format: "json",
      alternate_screen: true,
      cursor: { row: 2, col: 8, hidden: false },
      cells: [
        { row: 2, col: 4, char: "r", fg: "idx1" },
        { row: 2, col: 5, char: "e", fg: "idx1" },
        { row: 2, col: 6, char: "d", fg: "idx1" },
        { row: 2, col: 7, char: "." },
      ],
    });
    expect(picture.text.split("\n").length).toBe(picture.rows);
  });

  test("answers a screenshot request on the socket, for other clients", async () => {
    const me = fleetProfile();
    worker(me, "sh", "echo hello; read -r");
    await says(me, "sh", "hello");
    const answer = await request(join(me.data, "sessions/looop-sh/control.sock"), {
      op: "screenshot",
      format: "plain",
      trim: true,
    });
    expect(answer).toMatchObject({ ok: true, data: { format: "plain", text: "hello", alternate_screen: false } });
  });

  testUnless(missing(TIME))(
    "shows a finished session's last screen from the end of a large log, in little time and memory",
    async () => {
      const me = fleetProfile();
      await finished(me, "big", "");
      const path = join(me.data, "sessions/looop-big/output.log");
      const file = openSync(path, "w");
      writeSync(file, "\x1b[?1049h");
      for (let at = 0; at < 45; at++) writeSync(file, "\x1b[1;1Hno news is good news ".repeat(40_000));
      writeSync(file, "\x1b[2J\x1b[2;2Hthe end");
      closeSync(file);
      const { stdout, peakMb } = peakOf(me, ["screenshot", "big", "--json"]);
      expect(JSON.parse(stdout)).toMatchObject({ alternate_screen: true });
      expect(JSON.parse(stdout).text.trimEnd()).toBe("\n the end");
      expect(peakMb).toBeLessThan(300);
    },
  );

  test("screenshot refuses two formats at once, and invalid ids", () => {
    looop(["screenshot", "x", "--ansi", "--json"], { exit: 2, stderr: /exclude each other/ });
    looop(["screenshot", "../x"], { exit: 2, stderr: /Cannot use "\.\.\/x" as a session id/ });
  });
});

describe("log", () => {
  test("prints a readable transcript, its end, or its raw bytes", async () => {
    const me = fleetProfile();
    await finished(me, "done", "\x1b[1mone\x1b[0m\r\ntwo\r\n10%\r20%\r\nlast");
    looop(["log", "done"], { profile: me, stdout: "one\ntwo\n10%\n20%\nlast\n" });
    looop(["log", "done", "--tail", "2"], { profile: me, stdout: "20%\nlast\n" });
    looop(["log", "done", "--tail", "0"], { profile: me });
    looop(["log", "done", "--raw", "--tail", "1"], { profile: me, stdout: "last" });
    looop(["log", "done", "--raw"], { profile: me, stdout: "\x1b[1mone\x1b[0m\r\ntwo\r\n10%\r20%\r\nlast" });
    looop(["log", "done", "--tail", "many"], { profile: me, exit: 2, stderr: /not a whole number/ });
  });

  test("prints every byte of a binary transcript with --raw, and text otherwise", async () => {
    const me = fleetProfile();
    const all = Uint8Array.from({ length: 256 }, (_, at) => at);
    await finished(me, "bin", all);
    looop(["log", "bin"], { profile: me, stdout: ANYTHING });
    const { stdout } = looop(["log", "bin", "--raw"], { profile: me, stdout: ANYTHING });
    expect(stdout).toBe(Buffer.from(all).toString("utf8"));
  });

  testUnless(missing(TIME))("reads a log of any size, in one line or many, in little memory", async () => {
    const me = fleetProfile();
    await finished(me, "big", "");
    const file = openSync(join(me.data, "sessions/looop-big/output.log"), "w");
    for (let at = 0; at < 200; at++) writeSync(file, "x".repeat(1_000_000));
    writeSync(file, "\nthe end\n");
    closeSync(file);
    const { stdout, peakMb } = peakOf(me, ["log", "big", "--tail", "1"]);
    expect(stdout).toBe("the end\n");
    expect(peakMb).toBeLessThan(200);
  });

  test("follows a live session to its end", async () => {
    const me = fleetProfile();
    worker(me, "talk", "echo one; read -r; echo two; read -r; exit 5");
    const follower = start(["log", "talk", "--follow"], { profile: me });
    await waitFor("the first line", () => follower.output().stdout === "one\n");
    looop(["send", "talk", "x"], { profile: me, stdout: ANYTHING });
    await waitFor("the second line", () => follower.output().stdout.includes("two\n"));
    looop(["send", "talk", "x"], { profile: me, stdout: ANYTHING });
    await follower.ended({ stdout: /^one\nx\ntwo\nx\n$/ });
  });

  test("stops following when its output is closed, though the session prints nothing", () => {
    const me = fleetProfile();
    worker(me, "talk", "echo one; read -r");
    const { exit, stdout } = run(["bash", "-c", `${LOOOP} log talk --follow | head -n 1`], {
      env: me.env,
      cwd: me.home,
    });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: "one\n" });
    expect(session(me, "looop-talk")?.alive).toBe(true);
  });

  test("stops following when another session takes the name", async () => {
    const me = fleetProfile();
    worker(me, "talk", "echo one; read -r");
    const follower = start(["log", "talk", "-f"], { profile: me });
    await waitFor("the first line", () => follower.output().stdout === "one\n");
    const folder = join(me.data, "sessions/looop-talk");
    writeFileSync(join(folder, "new"), "another\n");
    renameSync(join(folder, "new"), join(folder, "output.log"));
    await follower.ended({ stdout: "one\n", stderr: "[talk was started again: run this again to follow it]\n" });
  });
});

describe("send", () => {
  test("types a text and presses Enter", async () => {
    const me = fleetProfile();
    worker(me, "ear", "stty raw -echo; echo ready; exec cat >heard");
    await says(me, "ear", "ready");
    looop(["send", "ear", "hello", "there"], { profile: me, stdout: "sent 12 bytes to ear\n" });
    await waitFor("the text", () => me.read("heard") === "hello there\r");
    looop(["send", "ear", "-n", "more"], { profile: me, stdout: "sent 4 bytes to ear\n" });
    looop(["send", "ear", "-k", "Up", "--key=C-c Enter"], { profile: me, stdout: "sent 5 bytes to ear\n" });
    looop(["send", "ear", "--no-newline", "--", "-x"], { profile: me, stdout: "sent 2 bytes to ear\n" });
    await waitFor("the keys", () => me.read("heard") === "hello there\rmore\x1b[A\x03\r-x");
  });

  test("pastes several lines in brackets when the program asked for that", async () => {
    const me = fleetProfile();
    worker(me, "ear", "stty raw -echo; printf '\\033[?2004hready'; exec cat >heard");
    await says(me, "ear", "ready");
    looop(["send", "ear", "one\ntwo\x1b[201~;reboot"], { profile: me, stdout: ANYTHING });
    await waitFor("the paste", () => me.read("heard") === "\x1b[200~one\ntwo;reboot\x1b[201~\r");
  });

  test("says how much the program took when it does not read", async () => {
    const me = fleetProfile();
    worker(me, "deaf", "stty raw -echo; echo ready; exec sleep 1000");
    await says(me, "deaf", "ready");
    const lots = "x".repeat(120_000);
    let refused = "";
    for (let round = 0; round < 20 && refused === ""; round++) {
      const got = looop(["send", "deaf", "-n", lots], {
        profile: me,
        exit: expect.anything(),
        stdout: ANYTHING,
        stderr: ANYTHING,
      });
      if (got.exit === 1) refused = got.stderr;
    }
    expect(refused).toMatch(/^looop: Cannot send .*only \d+ of 120000 bytes were taken: the program does not read/);

    const { babysit_pid: supervisor } = JSON.parse(me.read("sessions/looop-deaf/meta.json") ?? "");
    looop(["kill", "deaf"], { profile: me, stdout: ANYTHING });
    await waitFor("the end of its supervisor, whatever was not read", () => hasEnded(supervisor));
  });

  test("send refuses what cannot be typed", async () => {
    const me = fleetProfile();
    await finished(me, "done", "");
    looop(["send", "done", "x"], { profile: me, exit: 1, stderr: /^looop: Cannot reach session .*it has finished\n/ });
    looop(["send", "done"], { profile: me, exit: 2, stderr: /neither a text nor a key/ });
    looop(["send", "done", "-k", "Entre"], { profile: me, exit: 2, stderr: /Did you mean Enter\?/ });
    looop(["send", "none", "x"], { profile: me, exit: 4, stderr: /no such session/ });
  });
});
