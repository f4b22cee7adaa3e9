/** The options of start-session that say where, how long and with what a worker runs. */
import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, sessions, transcript } from "../../support/session/workers.ts";

test("start-session gives a worker variables, which nobody sees in its arguments, and a size", async () => {
  const me = fleetProfile();
  const command = 'printf "<%s> <%s>\\n" "$TOKEN" "$PATH"; stty size; read -r';
  const options = ["--env", "TOKEN=it's a secret", "--env=PATH=/mine:/usr/bin:/bin", "--size", "100x30"];
  looop(["start-session", "w", "x", "--command", command, ...options], { profile: me, stdout: ANYTHING });
  await waitFor("its output", () => transcript(me, "looop-w").includes("30 100"));
  expect(transcript(me, "looop-w")).toContain("<it's a secret> </mine:/usr/bin:/bin>");
  expect(me.read("sessions/looop-w/meta.json")).not.toContain("secret");
  expect(statSync(join(me.data, "sessions/looop-w/variables.sh")).mode & 0o077).toBe(0);
  looop(["restart", "w"], { profile: me, stdout: ANYTHING });
  await waitFor("the second output", () => transcript(me, "looop-w").split("<it's a secret>").length === 3);
});

test("start-session ends a worker after its --timeout, and after its --idle-timeout without output", async () => {
  const me = fleetProfile();
  const begin = (id: string, command: string, ...options: string[]) =>
    looop(["start-session", id, "x", "--command", command, ...options], { profile: me, stdout: ANYTHING });
  begin("long", "while :; do echo busy; sleep 0.05; done", "--timeout", "700ms");
  begin("quiet", "echo done; sleep 1000", "--idle-timeout", "700ms");
  begin("busy", "while :; do echo busy; sleep 0.05; done", "--idle-timeout", "5s");
  await waitFor("both ends", () => sessions(me).filter(({ alive }) => !alive).length === 2);
  for (const id of ["looop-long", "looop-quiet"]) expect(session(me, id)?.ended_by).toBe("timeout");
  expect(session(me, "looop-busy")?.alive).toBe(true);
});

test("start-session --verify is checked by a beat once the worker has ended, and is the person's to name", async () => {
  const me = fleetProfile();
  looop(["start-session", "w", "x", "--command", "exit 0", "--verify", "test -d /"], { profile: me, stdout: ANYTHING });
  await waitFor("its end", () => session(me, "looop-w")?.alive === false);
  looop(["tick"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
  expect(me.read("events.jsonl")).toMatch(/"worker":"w","ok":true,"event":"verified"/);
  looop(["start-session", "v", "x", "--command", "exit 0", "--verify", "true"], {
    ...{ profile: me, env: { LOOOP_SESSION_ID: "looop-w" }, exit: 7, stderr: /only the person may/ },
  });
});

test("start-session refuses what it cannot use", () => {
  const me = fleetProfile();
  const refused: [words: string[], stderr: RegExp][] = [
    [["--env", "1A=x"], /"1A=x": it is not NAME=value/],
    [["--env", "LOOOP_DATA_DIR=x"], /"LOOOP_DATA_DIR": looop sets it itself/],
    [["--size", "big"], /"big": it is not COLSxROWS/],
    [["--timeout", "soon"], /--timeout "soon" is not valid/],
    [["claude", "--runner", "offline"], /two runners: "offline" and "claude"/],
  ];
  for (const [words, stderr] of refused) {
    looop(["start-session", "w", "x", ...words], { profile: me, exit: 2, stderr });
  }
  looop(["start-session", "w", "x", "--runner", "offline"], { profile: me, stdout: /runner: offline/ });
});
