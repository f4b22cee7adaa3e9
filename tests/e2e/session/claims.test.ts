/** Leases: exclusive among workers, and taken back only with proof that the holder is gone. */
import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { ANYTHING, looop, looopAsync } from "../../support/program/looop.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

test("a claim is exclusive, may be repeated by its holder, and can be released", () => {
  const me = fleetProfile();
  worker(me, "a", "sleep 1000");
  worker(me, "b", "sleep 1000");
  const as = (id: string) => ({ profile: me, env: { LOOOP_SESSION_ID: `looop-${id}` } });
  looop(["claim", "issue-12"], { ...as("a"), stdout: "claimed issue-12 for looop-a\n" });
  looop(["claim", "issue-12"], { ...as("a"), stdout: "claimed issue-12 for looop-a\n" });
  looop(["claim", "issue-12"], { ...as("b"), exit: 5, stderr: /Cannot claim issue-12: looop-a holds it/ });
  looop(["unclaim", "issue-12"], { ...as("b"), exit: 5, stderr: /looop-a holds it/ });
  looop(["unclaim", "issue-12"], { ...as("a"), stdout: "unclaimed issue-12\n" });
  looop(["claim", "issue-12"], { ...as("b"), stdout: "claimed issue-12 for looop-b\n" });
});

test("of twelve workers that claim one name at once, exactly one has it", async () => {
  const me = fleetProfile();
  for (const id of ["a", "b", "c", "d"]) worker(me, id, "sleep 1000");
  const tries = Array.from({ length: 12 }, (_, at) =>
    looopAsync(["claim", "one"], {
      profile: me,
      env: { LOOOP_SESSION_ID: `looop-${"abcd"[at % 4]}` },
      stdout: ANYTHING,
    }).then(
      ({ stdout }) => stdout,
      () => undefined,
    ),
  );
  const winners = new Set((await Promise.all(tries)).filter((said) => said !== undefined));
  expect(winners.size).toBe(1);
});

testUnless(missing("flock"))("a claim waits while another changes the claims, and gives up after five seconds", () => {
  const me = fleetProfile();
  worker(me, "w", "sleep 1000");
  mkdirSync(join(me.data, ".lock"), { recursive: true });
  const env = { ...me.env, LOOOP_SESSION_ID: "looop-w" };
  const { exit, stderr } = run(["flock", join(me.data, ".lock/claims"), ...PROGRAM, "claim", "one"], {
    env,
    cwd: me.home,
  });
  expect([exit, stderr]).toEqual([6, expect.stringMatching(/another process has held .*\.lock\/claims for 5 s\n/)]);
  expect(me.read("claims/one.json")).toBeUndefined();
});

test("the next beat releases the claim of a crashed holder, and keeps a live holder's", async () => {
  const me = fleetProfile();
  worker(me, "dies", "read -r go; exit 1");
  worker(me, "lives", "sleep 1000");
  for (const id of ["dies", "lives"]) {
    looop(["claim", `c-${id}`], { profile: me, env: { LOOOP_SESSION_ID: `looop-${id}` }, stdout: ANYTHING });
  }
  me.write("claims/by-hand.json", '{"session":"looop-lives","name":"by-hand"}\n');
  looop(["kill", "dies"], { profile: me, stdout: ANYTHING });
  await waitFor("its end", () => session(me, "looop-dies")?.alive === false);
  looop(["tick"], { profile: me, stdout: /claim c-dies taken back: looop-dies is gone/ });
  expect(me.read("claims/c-dies.json")).toBeUndefined();
  expect(me.read("claims/c-lives.json")).toContain("looop-lives");
  expect(me.read("claims/by-hand.json")).toContain("looop-lives");
});

test("a beat releases no claim whose holder's record cannot be read", () => {
  const me = fleetProfile();
  me.write("sessions/looop-torn/meta.json", "{");
  me.write("claims/x.json", '{"session":"looop-torn","name":"x"}\n');
  looop(["tick"], { profile: me, stdout: ANYTHING });
  expect(me.read("claims/x.json")).toContain("looop-torn");
});

test("a beat releases no claim of a live holder whose folder cannot be found", () => {
  const me = fleetProfile();
  worker(me, "w", "sleep 1000");
  looop(["claim", "x"], { profile: me, env: { LOOOP_SESSION_ID: "looop-w" }, stdout: ANYTHING });
  for (const folder of ["sessions/looop-w", "sessions"]) {
    renameSync(join(me.data, folder), join(me.data, "elsewhere"));
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect([folder, me.read("claims/x.json")]).toEqual([folder, expect.stringContaining("looop-w")]);
    rmSync(join(me.data, folder), { recursive: true, force: true });
    renameSync(join(me.data, "elsewhere"), join(me.data, folder));
  }
  looop(["kill", "w"], { profile: me, stdout: ANYTHING });
  looop(["prune", "--all"], { profile: me, stdout: "deleted w\n" });
  looop(["tick"], { profile: me, stdout: /claim x taken back: looop-w is gone/ });
});

test("a half-written claim is kept for ten seconds, and then removed", () => {
  const me = fleetProfile();
  const path = me.write("claims/half.json", '{"sess');
  looop(["tick"], { profile: me, stdout: ANYTHING });
  expect(me.read("claims/half.json")).toBe('{"sess');
  const old = new Date(Date.now() - 20_000);
  utimesSync(path, old, old);
  looop(["tick"], { profile: me, stdout: /claim half taken back: nobody is gone/ });
});

test("claim refuses a call outside a worker, and an invalid id", () => {
  const me = fleetProfile();
  looop(["claim", "x"], { profile: me, exit: 2, stderr: /this does not run in a worker/ });
  worker(me, "w", "sleep 1000");
  for (const name of ["../x", "", "a/b", "x".repeat(59)]) {
    looop(["claim", name], { profile: me, env: { LOOOP_SESSION_ID: "looop-w" }, exit: 2, stderr: /Cannot/ });
  }
});
