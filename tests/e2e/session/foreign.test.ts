/** Sessions that another program made, in the same folder: all of looop's verbs on them, and what never touches them. */
import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { editRecord, startStranger, writeRecord } from "../../support/session/foreign-sessions.ts";
import { sessionRaw } from "../../support/session/raw-session.ts";
import { fleetProfile, session, transcript } from "../../support/session/workers.ts";

const CAT = ["sh", "-c", "stty -echo; printf 'ready\\n'; exec cat"];

/** A live session whose record is babysit's: it says neither whose it is nor who its supervisor is. */
async function foreignSession(me: Profile, id = "theirs") {
  const raw = await sessionRaw(me, CAT, { id });
  editRecord(me, `sessions/${id}/meta.json`, ({ cmd, babysit_pid, started_at }) => ({
    id,
    cmd,
    babysit_pid,
    started_at,
  }));
  editRecord(me, `sessions/${id}/status.json`, ({ state, child_pid, exit_code, last_change }) => ({
    state,
    child_pid,
    exit_code,
    last_change,
  }));
  await waitFor("its program", () => raw.log().toString().includes("ready"));
  return raw;
}

describe("another program's live session", () => {
  test("another program's session is listed, read, typed into, flagged and, by name, ended", async () => {
    const me = fleetProfile();
    await foreignSession(me);
    expect(session(me, "theirs")).toMatchObject({ state: "running", alive: true, ours: false });
    looop(["log", "theirs"], { profile: me, stdout: "ready\n" });
    looop(["send", "theirs", "hello"], { profile: me, stdout: ANYTHING });
    await waitFor("the echo", () => transcript(me, "theirs").includes("hello"));
    looop(["screenshot", "theirs"], { profile: me, stdout: /ready\nhello\n/ });
    looop(["flag", "theirs", "look here"], { profile: me, stdout: ANYTHING });
    expect(session(me, "theirs")?.note).toBe("look here");
    looop(["unflag", "theirs"], { profile: me, stdout: ANYTHING });
    looop(["kill", "theirs"], { profile: me, stdout: "killed session theirs\n" });
    expect(session(me, "theirs")).toMatchObject({ state: "killed", alive: false });
  });

  test("another program's session is reached by its exact id only when no session of looop has that name", async () => {
    const me = fleetProfile();
    await foreignSession(me, "x");
    looop(["start-session", "x", "do it", "--command", "echo ours; sleep 1000"], { profile: me, stdout: ANYTHING });
    looop(["log", "x"], { profile: me, stdout: /ours/ });
    looop(["kill", "x"], { profile: me, stdout: "killed session looop-x\n" });
    expect(session(me, "x")).toMatchObject({ alive: true });
  });

  test("prune, down and the loop leave another program's session alone", async () => {
    const me = fleetProfile();
    const raw = await foreignSession(me);
    writeRecord(me, "over", { babysit_pid: 1 }, { state: "exited", exit_code: 0 });
    looop(["tick"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    looop(["prune", "--all"], { profile: me, stderr: /kept over: another program started it/ });
    looop(["down", "--workers"], { profile: me, stdout: "no pulse session to stop\n" });
    expect(session(me, "theirs")).toMatchObject({ state: "running", alive: true });
    expect([existsSync(join(me.data, "sessions/over")), raw.supervisor.exitCode]).toEqual([true, null]);
  });
});

test("2: another program's session whose owner's pid was reused is dead, and no process is signalled", () => {
  const me = fleetProfile();
  const somebody = startStranger();
  writeRecord(me, "theirs", { babysit_pid: somebody.pid }, { child_pid: somebody.pid });
  writeFileSync(join(me.data, "sessions/theirs/output.log"), "the last words\n");
  expect(session(me, "theirs")).toMatchObject({ state: "dead", alive: false });
  looop(["kill", "theirs"], { profile: me, stdout: "session theirs was over already\n" });
  looop(["log", "theirs"], { profile: me, stdout: "the last words\n" });
  looop(["send", "theirs", "x"], { profile: me, exit: 1, stderr: /its supervisor does not answer/ });
  looop(["down", "--workers"], { profile: me, stdout: ANYTHING });
  expect(somebody.isAlive()).toBe(true);
});
