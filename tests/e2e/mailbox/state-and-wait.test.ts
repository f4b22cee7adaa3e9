/** state and wait, for scripts. */
import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { decidedBy, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, type Running, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { asks, ME, pendingAsk } from "../../support/session/mailbox.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

/** Returns a profile whose pulse has made its first beat and sleeps for an hour. */
async function pulsing(): Promise<{ me: Profile }> {
  const me = decidedBy(fleetProfile(), MOVE, "interval = 3600\nbusy_interval = 3600\nactive_interval = 3600");
  me.goal("garden", "The garden is watered.\n");
  looop(["up"], { profile: me, stdout: ANYTHING });
  await waitFor("the end of the first beat", () => JSON.parse(me.read("pulse.json") ?? "{}").beat?.nextMs);
  return { me };
}

/** Starts a wait, and returns once it waits: it must see every later change. */
function waiting(me: Profile, words: readonly string[] = []): Running {
  const { stdout } = looop(["wait", "--json", "--timeout", "0"], { profile: me, exit: 6, stdout: ANYTHING });
  return start(["wait", "--json", "--since", JSON.parse(stdout).stamp, ...words], { profile: me });
}

const changed = (...names: string[]) => new RegExp(`"changed":${JSON.stringify(names).replaceAll(/[[\]]/g, "\\$&")}`);

describe("state", () => {
  test("prints the world as the loop sees it", async () => {
    const { me } = await pulsing();
    me.write("snapshots/sensor-ci.json", '{"signal":{"red":true},"detail":"long"}\n');
    me.write("snapshots/sensor-odd.json", "no JSON\n");
    worker(me, "w", "sleep 1000");
    start(["ask", "w", "--prompt", "Which?"], { profile: me });
    const { id } = await pendingAsk(me);
    const { stdout } = looop(["state", "--json"], { profile: me, stdout: ANYTHING });
    expect(JSON.parse(stdout)).toMatchObject({
      v: 1,
      data_dir: me.data,
      world_hash: me.read(".last-tick-hash")?.trim() ?? "",
      pulse_alive: true,
      asks: [{ id, worker: "w", state: "live" }],
      workers: [{ id: "w", state: "running", alive: true, exit_code: null }],
      goals: ["garden"],
      snapshots: { ci: { signal: { red: true }, detail: "long" }, odd: "no JSON\n" },
      journal_tail: ["- 2026-01-01 00:00 moved"],
    });
    looop(["state"], {
      profile: me,
      stdout: new RegExp(
        `^pulse running · 1 asked · 1 worker · 1 goal\n⚑ ${id}  w: Which\\?\nci: \\{"red":true\\}\nodd: no JSON\nw \\[running\\].*\n- 2026-01-01 00:00 moved\n$`,
      ),
    });
  });

  test("is empty for an empty data folder, and creates nothing", () => {
    const me = profile();
    looop(["state"], { profile: me, stdout: "pulse STOPPED · 0 asked · 0 workers · 0 goals\n" });
    expect(me.read("PLAYBOOK.md")).toBeUndefined();
  });
});

describe("wait", () => {
  const changes: [category: string, change: (me: Profile) => unknown][] = [
    ["journal", (me) => me.write("journal.md", `${me.read("journal.md")}- x more\n`)],
    ["playbook", (me) => looop(["playbook", "write", "Another."], { profile: me, stdout: ANYTHING })],
    ["goals", (me) => looop(["goal", "write", "second", "x"], { profile: me, stdout: ANYTHING })],
    ["readings", (me) => me.write("snapshots/sensor-new.json", '{"signal":2}\n')],
  ];
  test.each(changes)("wakes when %s changes", async (category, change) => {
    const { me } = await pulsing();
    const wait = waiting(me);
    change(me);
    await wait.ended({ stdout: changed(category) });
  });

  test("wakes when a flag is raised, and when a worker asks", async () => {
    const { me } = await pulsing();
    worker(me, "w", "sleep 1000");
    const flag = waiting(me, ["--actionable"]);
    looop(["flag", "w", "look"], { profile: me, stdout: ANYTHING });
    await flag.ended({ stdout: changed("flags") });
    const ask = waiting(me, ["--asks"]);
    start(["ask", "w", "--prompt", "Which?"], { profile: me });
    await ask.ended({ stdout: changed("asks") });
    looop(["wait"], { profile: me, stdout: "asks\n" });
    looop(["answer", asks(me)[0]?.id ?? "", "x", ME], { profile: me, stdout: ANYTHING });
    looop(["wait", "--asks", "--timeout", "0"], { profile: me, exit: 6, stdout: "timeout\n" });
  });

  test("wakes with --asks or --actionable only for those changes", async () => {
    const { me } = await pulsing();
    const [asksOnly, actionable] = [waiting(me, ["--asks"]), waiting(me, ["--actionable"])];
    looop(["goal", "write", "second", "x"], { profile: me, stdout: ANYTHING });
    me.write("journal.md", `${me.read("journal.md")}- x more\n`);
    await actionable.ended({ stdout: changed("journal") });
    worker(me, "w", "sleep 1000");
    start(["ask", "w", "--prompt", "Which?"], { profile: me });
    await asksOnly.ended({ stdout: changed("asks") });
  });

  test("does not wake for a newer reading with the same signal, or another detail", async () => {
    const { me } = await pulsing();
    me.write("snapshots/sensor-ci.json", '{"signal":1,"detail":"a"}\n');
    const wait = waiting(me);
    me.write("snapshots/sensor-ci.json", '{"signal":1,"detail":"b"}\n');
    me.write("snapshots/sensor-ci.json", '{"signal":2,"detail":"b"}\n');
    await wait.ended({ stdout: changed("readings") });
    const stamp = JSON.parse(
      looop(["wait", "--json", "--timeout", "0"], { profile: me, exit: 6, stdout: ANYTHING }).stdout,
    ).stamp;
    me.write("snapshots/sensor-ci.json", '{"detail":"c","signal":2}\n');
    looop(["wait", "--since", stamp, "--timeout", "0"], { profile: me, exit: 6, stdout: "timeout\n" });
  });

  test("misses nothing between two calls with --since", async () => {
    const { me } = await pulsing();
    const { stdout } = looop(["wait", "--json", "--timeout", "0"], { profile: me, exit: 6, stdout: ANYTHING });
    me.write("journal.md", `${me.read("journal.md")}- x more\n`);
    looop(["wait", "--since", JSON.parse(stdout).stamp], { profile: me, stdout: "journal\n" });
    looop(["wait", "--since", "yesterday"], { profile: me, exit: 2, stderr: /the stamp "yesterday" is not valid/ });
  });

  test("exits 8 without a pulse, and when the pulse ends", async () => {
    looop(["wait"], { exit: 8, stdout: "pulse-down\n" });
    const { me } = await pulsing();
    const wait = waiting(me);
    looop(["down"], { profile: me, stdout: ANYTHING });
    await wait.ended({ exit: 8, stdout: changed("pulse-down") });
  });

  test("exits 6 when its time is over, and refuses an invalid time", async () => {
    const { me } = await pulsing();
    looop(["wait", "--timeout", "50ms"], { profile: me, exit: 6, stdout: "timeout\n" });
    looop(["wait", "--timeout", "soon"], { profile: me, exit: 2, stderr: /the timeout "soon" is not valid/ });
  });

  test("goes on when watched folders are removed and made again", async () => {
    const { me } = await pulsing();
    const wait = waiting(me);
    rmSync(join(me.data, "snapshots"), { recursive: true });
    me.write("snapshots/sensor-new.json", '{"signal":1}\n');
    await wait.ended({ stdout: /"why":"changed"/ });
  });
});
