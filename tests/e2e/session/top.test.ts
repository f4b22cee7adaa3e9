/** `looop top` in a real terminal: what it shows, what its keys do, and what it leaves behind. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pictureOf } from "../../../tools/picture.ts";
import { decidedBy, MOVE } from "../../support/model/shell-decider.ts";
import { openAsks, runBeat, typedProfile } from "../../support/model/typed-model.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { asks, pendingAsk } from "../../support/session/mailbox.ts";
import { LOOOP, type Pane, pane } from "../../support/session/tmux.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

/** A profile after one beat, with a worker that asks and one that works. */
async function lived(settings = ""): Promise<Profile> {
  const me = decidedBy(fleetProfile(), MOVE, settings);
  looop(["tick"], { profile: me, stdout: ANYTHING });
  worker(me, "asker", '"$LOOOP_BIN" ask asker --prompt "Which branch?" --options main,dev; sleep 1000');
  worker(me, "docs", "echo ready; while read -r line; do echo got $line; done");
  await pendingAsk(me);
  return me;
}

/** Opens the screen and waits for its first picture. */
async function opened(me: Profile, cols = 100, rows = 30): Promise<Pane> {
  const screen = await pane(me, cols, rows);
  screen.run(`${LOOOP} top; echo "over: $?"`);
  await screen.shows("NEEDS YOU");
  return screen;
}

testUnless(missing("tmux"))("top shows who waits, who works, and the last beats, and answers by one key", async () => {
  const me = await lived();
  const screen = await opened(me);
  const first = await screen.shows(/^>.*asker asks: Which branch\?.*options: main, dev/m);
  expect(first).toMatch(/WORKERS 2\n(?:.*\n)* {3}docs +working/);
  expect(first).toMatch(/LOOP {2}last beat .* ago: acted\n.*done {2}first beat/);

  screen.keys("2");
  await screen.shows(/\$ looop answer \w+ dev: answered/);
  await screen.shows("nothing needs you");
  expect(asks(me)).toEqual([]);
});

testUnless(missing("tmux"))(
  "top is the picture in docs/top.svg, which this test draws when it is asked to",
  async () => {
    const me = await lived("interval = 60\n[budget]\nday_usd = 5");
    me.sensor("mail", "echo 'no route to host' >&2; exit 3");
    const pulse = start(["run"], { profile: me });
    await waitFor("the pulse to sleep", () => JSON.parse(me.read("pulse.json") ?? "{}").beat?.nextMs);
    const screen = await opened(me, 100, 24);
    const parts = [
      /NEEDS YOU 2\n/,
      /sensor mail: ended with exit code 3/,
      /WORKERS 2\n/,
      /LOOP {2}last beat/,
      /of \$5 ░/,
    ];
    await screen.shows(/docs .*↳ ready/);
    await screen.shows(/▁{7}/);
    const shown = await screen.shows(/→ .*looop answer \w+ main/);
    const path = new URL("../../../docs/top.svg", import.meta.url).pathname;
    const even = shown.replaceAll(/LOOOP_DATA_DIR=\S+ /g, "");
    if (process.env["LOOOP_GOLDEN"] === "write") writeFileSync(path, pictureOf(even, 100, "looop top in a terminal"));
    const picture = readFileSync(path, "utf8");
    pulse.signal("SIGTERM");
    await pulse.ended({ stdout: ANYTHING, stderr: ANYTHING });

    for (const part of parts) expect(shown).toMatch(part);
    for (const part of [
      "NEEDS YOU 2",
      "asker asks: Which branch?",
      "sensor mail: ended with exit code 3",
      "WORKERS 2",
      "LOOP  last beat",
    ])
      expect(picture).toContain(part);
  },
);

testUnless(missing("tmux"))(
  "top takes a yes to a move only when its end is on the screen, and only for the row that was selected",
  async () => {
    const me = typedProfile("", fleetProfile());
    runBeat(me, { action: "run_shell", cmd: `echo ${"x".repeat(2_000)}; echo the-end` });
    const [ask] = openAsks(me);
    const screen = await opened(me, 80, 15);
    await screen.shows(new RegExp(`^>.*${ask?.id}`, "m"));
    screen.keys("y");
    expect(await screen.shows(`y: answer ${ask?.id} yes, lines 1 to`)).not.toContain("the-end");
    screen.keys("y");
    await screen.shows("nothing was done: first read it to its end");
    expect(asks(me)).toMatchObject([{ id: ask?.id, answer: null }]);
    screen.keys("G");
    await screen.shows("; echo the-end");
    screen.keys("y");
    await screen.shows(/answered \w+: the next beat acts on it/);

    // The row is gone, and the mark is on the beat: the next key only selects it.
    await screen.shows(/^>.*asked/m);
    screen.keys("u");
    await screen.shows("nothing was done: the row that was selected is gone");
  },
);

testUnless(missing("tmux"))("top goes to a worker's terminal and comes back to the same row", async () => {
  const me = await lived();
  const screen = await opened(me);
  screen.type("/docs");
  screen.keys("Enter");
  await screen.shows(/^>.*docs/m);
  screen.keys("Enter");
  await waitFor("the title of the terminal", () => screen.modes().includes("docs (Ctrl-\\ twice to detach)"));
  screen.run("hello");
  await screen.shows("got hello");
  screen.keys("C-\\", "C-\\");

  await screen.shows(/\$ looop attach docs/);
  expect(await screen.shows(/^>.*docs/m)).toContain('only "docs"');
  // Keys arrive again after the terminal was given away.
  screen.keys("Escape");
  await screen.shows(/asker asks/);
});

testUnless(missing("tmux"))(
  "top freezes, thaws, tells and ends a worker, and shows the command that does the same",
  async () => {
    const me = await lived();
    const screen = await opened(me);
    screen.type("/docs");
    screen.keys("Enter");
    screen.keys("f");
    await screen.shows(/\$ looop freeze docs: /);
    await screen.shows(/docs +frozen/);
    screen.keys("t");
    await screen.shows(/docs +working/);
    screen.keys("m");
    await screen.shows("tell docs: ");
    screen.run("use the -v option");
    await screen.shows(/\$ looop tell docs use the -v option: /);
    screen.keys("x");
    await screen.shows("End docs and all that it started? [y/N]");
    screen.keys("n");
    await screen.shows("nothing was done");
    screen.keys("x", "y");

    await screen.shows(/\$ looop kill docs: killed/);
    expect(session(me, "looop-docs")?.state).toBe("killed");
  },
);

testUnless(missing("tmux"))("top takes no paste for keys, and puts it into an answer", async () => {
  const me = await lived();
  const screen = await opened(me);
  await screen.shows(/^>.*asker asks/m);
  screen.bytes("\u001b[200~2xy\r\u001b[201~");
  await screen.shows("nothing was done: press a or : before you paste");
  expect(asks(me)).toHaveLength(1);
  screen.keys("a");
  await screen.shows(/answer \w+ \(1 main, 2 dev\): /);
  screen.bytes("\u001b[200~de");
  screen.bytes("v\u001b[201~");
  await screen.shows(/: dev/);
  screen.keys("Enter");

  await screen.shows(/\$ looop answer \w+ dev: answered/);
  expect(session(me, "looop-asker")?.state).toBe("running");
});

testUnless(missing("tmux"))(
  "top runs any command, scrolls its output, and says why a beat did what it did",
  async () => {
    const me = await lived();
    const screen = await opened(me, 80, 15);
    screen.type(":help");
    screen.keys("Enter");
    await screen.shows(/\$ looop help, lines 1 to \d+ of \d+/);
    screen.keys("G");
    await screen.shows(/lines [1-9]\d+ to (\d+) of \1/);
    screen.keys("q", "G", "w");
    await screen.shows(/\$ looop why tick-\S+\n beat /);
    screen.keys("q");
    screen.type(":nonsense");
    screen.keys("Enter");
    await screen.shows(/\$ looop nonsense: looop: /);
  },
);

testUnless(missing("tmux"))("top follows the size of the terminal, and leaves it as it was", async () => {
  const me = await lived();
  const screen = await opened(me, 60, 15);
  const before = screen.modes().replace(/pane_title.*/, "");
  expect(before).toContain("alternate_on=1");
  screen.resize(150, 40);
  await screen.shows(/^ looop {2}pulse stopped .{60}/);
  screen.keys("q");

  await screen.shows("over: 0");
  expect(screen.modes()).toMatch(/alternate_on=0 cursor_flag=1.*mouse_any_flag=0/);
  expect(screen.text()).not.toContain("NEEDS YOU");
});

testUnless(missing("tmux"))("top shows what happens while it is open, within seconds and without a key", async () => {
  const me = await lived();
  const screen = await opened(me);
  writeFileSync(join(me.data, "attention.md"), "sign the contract\n");
  await screen.shows("sign the contract");
  worker(me, "late", "sleep 1000");
  await screen.shows(/late +working/);
});

test("top prints the status once without a terminal", async () => {
  const me = await lived();
  await waitFor("the question", () => asks(me).length === 1);
  looop(["top"], {
    profile: me,
    stdout: /^pulse: {6}stopped[\s\S]*needs you:\n {2}⚑ \w+ {2}asker asks: Which branch\?/,
  });
});
