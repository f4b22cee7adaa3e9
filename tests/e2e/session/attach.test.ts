/** A person's terminal on a session: a real one, a pane of tmux, with real programs on the other side. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import process from "node:process";
import { processesWith } from "../../support/process/processes.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { LOOOP, type Pane, pane } from "../../support/session/tmux.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

const inTmux = testUnless(missing("tmux"));

/** A shell that says where it is; its prompt is its own. */
const SHELL = "PS1='inner> ' exec bash --norc --noprofile";

/** Attaches, and waits until `text` is shown. */
async function attach(to: Pane, id: string, text: string | RegExp): Promise<void> {
  to.run(`${LOOOP} attach ${id}`);
  await to.shows(text);
}

/** Waits until the terminal shows what the session's screen shows, to the last character. */
function showsWhole(at: Pane, me: Profile, id: string): Promise<unknown> {
  const screen = () => looop(["screenshot", id], { profile: me, stdout: ANYTHING }).stdout.trimEnd();
  return waitFor(`the whole picture of ${id}`, () => at.text() === screen());
}

async function detach(from: Pane, id: string): Promise<void> {
  from.keys("C-\\", "C-\\");
  await from.shows(`[detached from ${id}`);
  await from.shows(/pane\$ *$/);
}

/** The settings of the pane's terminal but for its size. */
async function settings(of: Pane): Promise<string> {
  return (await of.answer("stty -a")).replace(/rows \d+; columns \d+/, "");
}

/** The pid of this profile's attach client. */
function clientPid(me: Profile, id: string): Promise<number> {
  const isMine = (pid: number) => readFileSync(`/proc/${pid}/environ`, "utf8").includes(`LOOOP_DATA_DIR=${me.data}\0`);
  return waitFor("the attach client", () => processesWith(`attach ${id}`).find(isMine));
}

describe("attach", () => {
  inTmux("shows a shell's screen at once, passes keys, and restores every mode of the terminal", async () => {
    const me = fleetProfile();
    worker(me, "sh", SHELL);
    const at = await pane(me);
    const [before, modes] = [await settings(at), at.modes()];
    await attach(at, "sh", "inner>");
    at.run("echo one$((1 + 1))three");
    await at.shows("one2three");
    await detach(at, "sh");
    expect(at.text()).toContain(`[detached from sh: LOOOP_DATA_DIR=${me.data} looop attach sh]`);
    expect(await settings(at)).toBe(before);
    expect(at.modes()).toBe(modes);
    expect(session(me, "looop-sh")?.state).toBe("running");
  });

  inTmux("keeps what was on the screen in the terminal's scrollback", async () => {
    const me = fleetProfile();
    worker(me, "sh", SHELL);
    const at = await pane(me);
    at.run("echo precious");
    await at.shows(/^precious$/m);
    await attach(at, "sh", /^inner>/m);
    expect(at.text()).not.toContain("precious");
    expect(at.history()).toMatch(/^precious$/m);
  });

  inTmux("shows the same screen after detaching and attaching again at the same size", async () => {
    const me = fleetProfile();
    worker(me, "sh", SHELL);
    const at = await pane(me);
    await attach(at, "sh", "inner>");
    at.run("for i in $(seq 40); do echo line $i; done");
    await at.shows(/line 40\ninner>$/);
    const seen = at.text();
    await detach(at, "sh");
    at.run("clear");
    await attach(at, "sh", "line 40");
    await waitFor("the same picture", () => at.text() === seen);
    expect(at.history()).toContain("line 1\n");
  });

  const programs: [name: string, command: string, shown: string | RegExp][] = [
    ["vim", "exec vim -u NONE -N letter.txt", /^~$/m],
    ["less", "exec less letter.txt", "END"],
    ["htop", "exec htop", "F10"],
  ];
  for (const [name, command, shown] of programs) {
    testUnless(missing("tmux", name))(
      `shows ${name} on the alternate screen, and the earlier screen after it`,
      async () => {
        const me = fleetProfile();
        me.write("letter.txt", "Dear reader,\n");
        worker(me, name, `sleep 0; ${command}`);
        const at = await pane(me, 160, 30);
        const was = await settings(at);
        at.run("clear; echo precious");
        await at.shows(/^precious$/m);
        const [before, modes] = [at.text(), at.modes()];
        await attach(at, name, shown);
        const isAlive = name === "htop";
        if (!isAlive) await showsWhole(at, me, name);
        const inside = at.modes();
        expect(inside).toContain("alternate_on=1");
        await detach(at, name);
        const said = `[detached from ${name}: LOOOP_DATA_DIR=${me.data} looop attach ${name}]`;
        expect(at.text()).toBe(`${before} ${LOOOP} attach ${name}\n${said}\npane$`);
        expect(at.modes()).toBe(modes);
        await attach(at, name, shown);
        if (!isAlive) await showsWhole(at, me, name);
        await waitFor("the modes", () => at.modes() === inside);
        await detach(at, name);
        expect(await settings(at)).toBe(was);
      },
    );
  }

  inTmux("shows the alternate screen of a program that never redraws", async () => {
    const me = fleetProfile();
    worker(me, "still", "trap '' WINCH; printf '\\033[?1049h\\033[2J\\033[5;10Hhere\\033[?25l'; read -r");
    const at = await pane(me);
    await attach(at, "still", /^ {9}here$/m);
    expect(at.text().split("\n")[4]).toBe(`${" ".repeat(9)}here`);
    expect(at.modes()).toContain("cursor_flag=0");
    await detach(at, "still");
    expect(at.modes()).toContain("cursor_flag=1");
  });

  inTmux("draws the main screen when the program returns to it", async () => {
    const me = fleetProfile();
    worker(
      me,
      "both",
      "echo below; printf '\\033[?1049h\\033[2J\\033[Habove'; read -r; printf '\\033[?1049l'; read -r",
    );
    const at = await pane(me);
    await attach(at, "both", "above");
    expect(at.text()).not.toContain("below");
    at.keys("Enter");
    await at.shows(/^below$/m);
    expect(at.text()).not.toContain("attach both");
  });

  inTmux(
    "says that it has detached below the shell's own lines, when that shell is in a full-screen program",
    async () => {
      const me = fleetProfile();
      worker(me, "both", "echo one; echo two; read -r; printf '\\033[?1049h\\033[2J\\033[Habove'; read -r");
      const at = await pane(me, 120, 24);
      at.run("clear");
      await attach(at, "both", /^two$/m);
      at.keys("Enter");
      await at.shows("above");
      await detach(at, "both");
      expect(at.text()).toMatch(/^one\ntwo\n\n\[detached from both: .*\]\npane\$$/);
    },
  );

  inTmux("prints nothing more once it has detached from a flood", async () => {
    const me = fleetProfile();
    worker(me, "flood", "printf '\\033[?1049h'; while :; do printf '\\033[Hflood %s' $RANDOM$RANDOM; done");
    const at = await pane(me, 120, 24);
    const [before, modes] = [await settings(at), at.modes()];
    for (let round = 0; round < 3; round++) {
      at.run("clear");
      await attach(at, "flood", /^flood \d+/);
      await detach(at, "flood");
      expect(at.text()).not.toContain("flood 1");
      expect(at.text()).toMatch(/attach flood\n\[detached from flood: .*\]\npane\$$/);
      expect(at.modes()).toBe(modes);
    }
    expect(await settings(at)).toBe(before);
  });

  inTmux("exits with the program's code after its last byte", async () => {
    const me = fleetProfile();
    worker(me, "short", "read -r; printf 'the last word'; exit 7");
    const at = await pane(me);
    at.run(`${LOOOP} attach short; echo "code $?"`);
    await waitFor("the client", () => clientPid(me, "short"));
    at.keys("Enter");
    await at.shows("code 7");
    expect(at.text()).toMatch(/^the last word$/m);
    expect(at.text()).toContain("[short: exited, exit 7]");
  });

  inTmux("exits 1 and says so when the supervisor is killed, and restores the terminal", async () => {
    const me = fleetProfile();
    worker(me, "orphan", `trap '' HUP; ${SHELL}`);
    const at = await pane(me);
    const [before, modes] = [await settings(at), at.modes()];
    at.run(`${LOOOP} attach orphan; echo "code $?"`);
    await at.shows("inner>");
    const { babysit_pid } = JSON.parse(me.read("sessions/looop-orphan/meta.json") ?? "{}");
    process.kill(babysit_pid, "SIGKILL");
    await at.shows("code 1");
    expect(at.text()).toContain("looop: Cannot attach to orphan: its supervisor is gone");
    expect(await settings(at)).toBe(before);
    expect(at.modes()).toBe(modes);
  });

  const signals: [signal: NodeJS.Signals, code: number][] = [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGQUIT", 131],
  ];
  for (const [signal, code] of signals) {
    testUnless(missing("tmux", "vim"))(`restores the terminal when its client gets ${signal}`, async () => {
      const me = fleetProfile();
      worker(me, "ed", "exec vim -u NONE -N -c 'set mouse=a'");
      const at = await pane(me);
      const [before, modes] = [await settings(at), at.modes()];
      at.run("ulimit -c 0; clear");
      await attach(at, "ed", /^~$/m);
      process.kill(await clientPid(me, "ed"), signal);
      await at.shows(/pane\$ *$/);
      expect(await at.answer("echo $?")).toBe(`${code}\n`);
      expect(await settings(at)).toBe(before);
      expect(at.modes()).toBe(modes);
      expect(session(me, "looop-ed")?.state).toBe("running");
    });
  }

  testUnless(missing("tmux", "vim"))(
    "restores the terminal for the shell while it is stopped, and takes it again",
    async () => {
      const me = fleetProfile();
      worker(me, "ed", "exec vim -u NONE -N -c 'set mouse=a'");
      const at = await pane(me);
      const [before, modes] = [await settings(at), at.modes()];
      await attach(at, "ed", /^~$/m);
      const inside = at.modes();
      process.kill(await clientPid(me, "ed"), "SIGTSTP");
      await at.shows("Stopped");
      expect(await settings(at)).toBe(before);
      expect(at.modes()).toBe(modes);
      at.run("fg");
      await at.shows(/^~$/m);
      await waitFor("the modes", () => at.modes() === inside);
      await detach(at, "ed");
      expect(await settings(at)).toBe(before);
    },
  );
});

describe("attach", () => {
  test("refuses without a terminal, before it touches anything", () => {
    const me = fleetProfile();
    worker(me, "sh", SHELL);
    looop(["attach", "sh"], {
      profile: me,
      exit: 2,
      stderr:
        /^looop: Cannot attach to sh: stdin and stdout are not a terminal\n {2}hint: Use `looop send sh TEXT`.*\n$/,
    });
  });

  test("shows a finished session's last screen, also without a terminal, and exits with its code", async () => {
    const me = fleetProfile();
    worker(me, "gone", "printf 'first\\nfine\\rlast\\n'; exit 3");
    await waitFor("the end", () => session(me, "looop-gone")?.alive === false);
    looop(["attach", "gone"], { profile: me, exit: 3, stdout: "first\nlast\n", stderr: "[gone: exited, exit 3]\n" });
  });

  test("exits 4 for a session that is not there", () => {
    looop(["attach", "none"], { exit: 4, stderr: /^looop: Cannot find session none: no such session\n/ });
  });

  inTmux("refuses to attach inside the session's own terminal", async () => {
    const me = fleetProfile();
    worker(me, "self", SHELL);
    const at = await pane(me);
    await attach(at, "self", "inner>");
    at.run(`${LOOOP} attach self; echo "code $?"`);
    await at.shows("code 2");
    expect(at.text()).toContain("Cannot attach to self: this is its own terminal");
  });
});
