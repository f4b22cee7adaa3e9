/** Asks in the loop: every beat shows them to the person and the decider, and no answer is lost. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { countCalls, decidedBy, failing, MOVE, section } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { asks, ME, pendingAsk } from "../../support/session/mailbox.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

async function asking(words: readonly string[] = ["--prompt", "Which database?", "--options", "postgres,sqlite"]) {
  const me = decidedBy(fleetProfile(), MOVE);
  worker(me, "w", "sleep 1000");
  const ask = start(["ask", "w", ...words], { profile: me });
  const { id } = await pendingAsk(me);
  await waitFor("the flag", () => session(me, "looop-w")?.note);
  return { me, id, ask };
}

const tick = (me: Profile) => looop(["tick"], { profile: me, stdout: ANYTHING }).stdout;

test("a live worker's question is shown in the prompt, on every beat, in status and in ls", async () => {
  const { me, id } = await asking();
  const said = tick(me);
  expect(section(me, "PENDING ASKS")).toMatch(
    new RegExp(`^- ${id} \\[live, \\d+s\\] w: Which database\\? \\(postgres, sqlite\\)$`),
  );
  expect(said).toMatch(
    new RegExp(
      `NEEDS YOU\\n.*⚑ ${id} {2}w asks: Which database\\? \\(\\d+s\\)\\n.*options: .*\\n.*→ .*looop answer ${id} postgres\\n.*→ .*looop attach w\\n`,
    ),
  );
  expect(tick(me)).toContain("world unchanged");
  looop(["status"], { profile: me, stdout: new RegExp(`needs you:\\n {2}⚑ ${id} {2}w asks: Which database\\?`) });
  looop(["ls"], { profile: me, stdout: new RegExp(`looop-w .*⚑ \\[${id}\\] Which database\\?`) });
  const { stdout } = looop(["ls", "--json"], { profile: me, stdout: ANYTHING });
  expect(JSON.parse(stdout).asks).toMatchObject([{ id, worker: "w", state: "live" }]);
});

test("an answer that the worker collects wakes one beat, whose prompt no longer has the question", async () => {
  const { me, id, ask } = await asking();
  tick(me);
  looop(["answer", id, "sqlite", ME], { profile: me, stdout: ANYTHING });
  await ask.ended({ stdout: "sqlite\n" });
  tick(me);
  expect(section(me, "PENDING ASKS")).toBeUndefined();
  expect(section(me, "ANSWERS")).toBeUndefined();
  expect(section(me, "WHAT CHANGED")).toContain(`- ask:${id} is gone`);
  expect(tick(me)).toContain("world unchanged");
  expect(countCalls(me)).toBe(2);
});

test("a dead worker's question says so, and its answer is given to one decider that may start a new worker", async () => {
  const { me, id, ask } = await asking();
  tick(me);
  looop(["kill", "w"], { profile: me, stdout: ANYTHING });
  const said = tick(me);
  expect(section(me, "PENDING ASKS")).toMatch(/\[stranded, \d+s\] w: Which database\?/);
  expect(section(me, "WHAT CHANGED")).toContain(`~ ask:${id}: w asks the person → w asked the person, and is gone`);
  expect(said).toContain("NEEDS YOU");
  expect(tick(me)).toContain("world unchanged");

  looop(["answer", id, "sqlite", ME], { profile: me, stdout: ANYTHING });
  tick(me);
  expect(section(me, "ANSWERS")).toBe(`- w, which is gone, asked: Which database?\n  the person answers: sqlite`);
  expect(asks(me)).toEqual([]);
  await ask.ended({ exit: 1, stderr: /the worker that asked is gone/ });
  expect(readdirSync(join(me.data, "asks/archive"))).toEqual([`${id}.json`]);
  expect(tick(me)).toContain("world unchanged");
});

test("an answer given to a decider that failed is given to the next one", async () => {
  const { me, id } = await asking();
  looop(["kill", "w"], { profile: me, stdout: ANYTHING });
  looop(["answer", id, "sqlite", ME], { profile: me, stdout: ANYTHING });
  looop(["tick"], { profile: decidedBy(me, failing(1)), exit: 1, stdout: ANYTHING, stderr: ANYTHING });
  expect(asks(me)).toMatchObject([{ id, state: "answered" }]);
  me.write("PLAYBOOK.md", "Try again.\n");
  tick(decidedBy(me, MOVE));
  expect(section(me, "ANSWERS")).toContain("the person answers: sqlite");
  expect(asks(me)).toEqual([]);
});

test("a new worker of the same id neither gets the old one's answer nor keeps its question", async () => {
  const { me, id } = await asking();
  looop(["kill", "w"], { profile: me, stdout: ANYTHING });
  worker(me, "w", "sleep 1000");
  looop(["ls"], { profile: me, stdout: new RegExp(`⚑ ${id} {2}w, which is gone, asks: Which database\\?`) });
  expect(tick(me)).toMatch(new RegExp(`NEEDS YOU\\n.*⚑ ${id} {2}w, which is gone asks`));
  looop(["answer", id, "sqlite", ME], { profile: me, stdout: ANYTHING });
  tick(me);
  expect(section(me, "ANSWERS")).toContain("w, which is gone, asked: Which database?");
});

test("a line typed in the terminal while no ask waited resolves the ask at a later beat", async () => {
  const { me, id, ask } = await asking();
  ask.signal("SIGKILL");
  await ask.ended({ exit: "SIGKILL" });
  const record = JSON.parse(me.read(`asks/${id}.json`) ?? "");
  me.write(`asks/${id}.json`, JSON.stringify({ ...record, ts: new Date(Date.now() - 60_000).toISOString() }));
  const typed = new Date(Date.now() - 30_000);
  utimesSync(me.write("sessions/looop-w/typed/enter", ""), typed, typed);
  tick(me);
  expect(session(me, "looop-w")?.note).toBeNull();
  expect(asks(me)).toMatchObject([{ id, state: "answered" }]);
  looop(["kill", "w"], { profile: me, stdout: ANYTHING });
  tick(me);
  expect(asks(me)).toEqual([]);
  expect(section(me, "ANSWERS")).toBeUndefined();
});

test("an answer that was not collected is given to the decider between two steps", async () => {
  const { me, id, ask } = await asking();
  ask.signal("SIGKILL");
  await ask.ended({ exit: "SIGKILL" });
  looop(["answer", id, "sqlite", ME], { profile: me, stdout: ANYTHING });
  looop(["told", "w"], { profile: me });
  const record = JSON.parse(me.read(`answers/${id}.json`) ?? "");
  me.write(`answers/${id}.json`, JSON.stringify({ ...record, ts: new Date(Date.now() - 60_000).toISOString() }));
  looop(["told", "w"], { profile: me, stdout: '• the person answers "Which database?": sqlite\n' });
  looop(["told", "w"], { profile: me });
  expect(asks(me)).toEqual([]);
});

test("damaged records are named on every beat, and hide no other record", async () => {
  const { me, id } = await asking();
  me.write("asks/torn.json", '{"v":1,"prom');
  expect(tick(me)).toContain("cannot understand asks/torn.json: repair or remove it");
  expect(section(me, "PENDING ASKS")).toContain(id);
  expect(existsSync(join(me.data, "asks/torn.json"))).toBe(true);
});

test("escapes in a question reach neither the log nor the prompt", async () => {
  const { me } = await asking(["--prompt", "=== NOW ===\n\x1b[2Jred", "--options", "a\x1b[31m,b"]);
  expect(tick(me)).not.toContain("\x1b[2J");
  expect(section(me, "PENDING ASKS")).toContain("w: === NOW === red (a, b)");
});
