/** The inbox: what only a person can end reaches them in one list, in `status`, in `wait` and in `doctor`. */
import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import process from "node:process";
import { doctorReport } from "../../support/machine/doctor.ts";
import { countCalls, decidedBy, eventNames, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly title: string;
  readonly detail: readonly string[];
  readonly commands: readonly string[];
}

function inbox(me: Profile): Row[] {
  return JSON.parse(looop(["inbox", "--json"], { profile: me, stdout: ANYTHING }).stdout).inbox;
}

const kinds = (me: Profile) => inbox(me).map(({ kind }) => kind);

/** Runs a beat that fails. */
const failing = (me: Profile) => looop(["tick"], { profile: me, exit: 1, stdout: ANYTHING, stderr: ANYTHING });

/** Ends the wait after a failure, as an edit by the person does. */
const edit = (me: Profile, text: string) => me.write("PLAYBOOK.md", `# Playbook\n${text}\n`);

describe("the inbox", () => {
  test("is empty while nothing waits for the person", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, stdout: ANYTHING });

    looop(["inbox"], { profile: me, stdout: "(nothing needs you)\n" });
    expect(JSON.parse(looop(["status", "--json"], { profile: me, stdout: ANYTHING }).stdout).inbox).toEqual([]);
  });

  test("has the failure that three tries did not mend, once, with its last lines and what to type", () => {
    const me = decidedBy(profile(), "echo 'the disk of the model is full' >&2; exit 7");
    for (const round of ["one", "two", "three"]) {
      edit(me, round);
      failing(me);
    }

    const [item, ...more] = inbox(me);
    expect(more).toEqual([]);
    expect(item).toMatchObject({ kind: "failure", severity: "now", title: "the last 3 beats failed" });
    expect(item?.detail).toContain("the disk of the model is full");
    expect(item?.commands[0]).toMatch(/looop why tick-/);
    looop(["status"], { profile: me, stdout: /needs you:\n {2}⚑ the last 3 beats failed \(/ });
    expect(doctorReport(me).findings[0]).toMatchObject({ check: "loop", level: "problem" });

    edit(me, "four");
    failing(me);
    expect(inbox(me).map(({ id }) => id)).toEqual([item?.id ?? ""]);
    expect(eventNames(me).filter((name) => name === "needs_you")).toHaveLength(1);
  });

  test("has a runner that was removed while the pulse ran, with the command that installs it", async () => {
    const me = profile();
    const program = me.command("claude", MOVE);
    me.config('default = "claude"\ninterval = 1\n[runners.claude]\ntick = "claude"\n');
    const pulse = start(["run"], { profile: me });
    await waitFor("the first move", () => countCalls(me) === 1);
    rmSync(program);
    me.goal("more", "more to do\n");

    const [item] = await waitFor("the item", () => (kinds(me).includes("failure") ? inbox(me) : undefined));
    expect(item?.commands.join(" ")).toContain("npm install -g @anthropic-ai/claude-code");
    pulse.signal("SIGTERM");
    await pulse.ended({ stdout: ANYTHING, stderr: ANYTHING });
  });

  test("has a config that broke, and no longer when it is repaired", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, stdout: ANYTHING });
    me.config("default = [");
    expect(kinds(me)).toEqual(["config"]);
    expect(countCalls(me)).toBe(1);

    decidedBy(me, MOVE);
    expect(kinds(me)).toEqual([]);
  });

  test("has a sensor that fails, with its words, until it works again", () => {
    const me = decidedBy(profile(), MOVE);
    me.sensor("mail", "echo 'no route to host' >&2; exit 3");
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect(inbox(me)).toMatchObject([
      {
        kind: "sensor",
        severity: "whenever",
        title: "sensor mail: ended with exit code 3",
        detail: ["no route to host"],
      },
    ]);

    me.sensor("mail", "echo '{}'");
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect(inbox(me)).toEqual([]);
  });

  test("shows a worker's flag until the flag is cleared", async () => {
    const me = fleetProfile();
    worker(me, "stuck", '"$LOOOP_BIN" flag stuck "Which branch?"; sleep 1000');
    await waitFor("the flag", () => session(me, "looop-stuck")?.note === "Which branch?");
    looop(["inbox"], { profile: me, stdout: /^⚑ stuck: Which branch\? \(\d+s\)\n {4}→ .*looop attach stuck\n$/ });

    looop(["unflag", "stuck"], { profile: me, stdout: ANYTHING });
    expect(inbox(me)).toEqual([]);
  });
});

describe("a pulse", () => {
  /** Starts a pulse whose next beat is an hour away, and waits until it sleeps. */
  async function asleep(me: Profile) {
    const running = start(["run"], { profile: me, env: { LOOOP_INTERVAL: "3600" } });
    await waitFor("the pulse to sleep", () => JSON.parse(me.read("pulse.json") ?? "{}").beat?.nextMs);
    return running;
  }

  test("that was killed is in the inbox as dead, until the loop is started or stopped", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = await asleep(me);
    process.kill(JSON.parse(me.read("pulse.json") ?? "{}").process.pid, "SIGKILL");
    await running.ended({ exit: "SIGKILL", stdout: ANYTHING, stderr: ANYTHING });

    expect(inbox(me)).toMatchObject([
      { kind: "pulse", severity: "now", commands: [expect.stringMatching(/looop up$/), expect.any(String)] },
    ]);
    looop(["status"], { profile: me, stdout: /^pulse: {6}died/ });
    expect(doctorReport(me).findings[0]).toMatchObject({
      check: "loop",
      says: expect.stringContaining("the pulse died"),
    });

    looop(["down"], { profile: me, stdout: ANYTHING });
    expect(inbox(me)).toEqual([]);
    looop(["status"], { profile: me, stdout: /^pulse: {6}stopped/ });
  });

  test("that was stopped is not in the inbox", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = await asleep(me);
    running.signal("SIGTERM");
    await running.ended({ stdout: ANYTHING, stderr: ANYTHING });

    expect(inbox(me)).toEqual([]);
    looop(["status"], { profile: me, stdout: /^pulse: {6}stopped/ });
  });

  test("says in its log once what needs the person, not on every beat", async () => {
    const me = decidedBy(profile(), MOVE, "interval = 1");
    me.write("attention.md", "sign the contract\n");
    const running = start(["run"], { profile: me });
    await waitFor("four beats", () => eventNames(me).filter((name) => name === "tick_start").length >= 4);
    running.signal("SIGTERM");
    const { stdout } = await running.ended({ stdout: ANYTHING, stderr: ANYTHING });

    expect(stdout.match(/NEEDS YOU/g)).toHaveLength(1);
  });
});

describe("wait --since", () => {
  const wait = (me: Profile, since: string, exit: number) =>
    looop(["wait", "--since", since, "--timeout", "1s", "--json"], { profile: me, exit, stdout: ANYTHING });

  test("does not report an ask that the caller has seen", async () => {
    const me = fleetProfile();
    worker(me, "asker", '"$LOOOP_BIN" ask asker --prompt "Which branch?"');
    await waitFor("the ask", () => kinds(me).includes("ask"));
    const pulse = start(["run"], { profile: me, env: { LOOOP_INTERVAL: "3600" } });
    await waitFor("the pulse to sleep", () => JSON.parse(me.read("pulse.json") ?? "{}").beat?.nextMs);

    const seen = JSON.parse(looop(["wait", "--json"], { profile: me, stdout: ANYTHING }).stdout);
    expect(seen).toMatchObject({ why: "changed", changed: ["asks"] });
    expect(JSON.parse(wait(me, seen.stamp, 6).stdout)).toMatchObject({ why: "timeout", stamp: seen.stamp });
    pulse.signal("SIGTERM");
    await pulse.ended({ stdout: ANYTHING, stderr: ANYTHING });
  });

  test("reports a change of the inbox that is no ask", async () => {
    const me = decidedBy(profile(), MOVE);
    const pulse = start(["run"], { profile: me, env: { LOOOP_INTERVAL: "3600" } });
    await waitFor("the pulse to sleep", () => JSON.parse(me.read("pulse.json") ?? "{}").beat?.nextMs);
    const { stamp } = JSON.parse(
      looop(["wait", "--timeout", "0s", "--json"], { profile: me, exit: 6, stdout: ANYTHING }).stdout,
    );
    looop(["freeze", "--all"], { profile: me, stdout: ANYTHING });

    expect(JSON.parse(wait(me, stamp, 0).stdout)).toMatchObject({ why: "changed", changed: ["inbox"] });
    pulse.signal("SIGTERM");
    await pulse.ended({ stdout: ANYTHING, stderr: ANYTHING });
  });
});
