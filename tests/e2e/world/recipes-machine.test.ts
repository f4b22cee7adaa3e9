/** The ready-made sensors of a machine: disks, services, containers, logs, backups. */
import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isInert } from "../../../src/core/gate/taint.ts";
import { profile } from "../../support/program/profile.ts";
import { addRecipe } from "../../support/program/recipe.ts";

test("disk names what is full in steps, by the real df", async () => {
  const me = profile();
  const look = addRecipe(me, "disk", { disks: "/" });
  expect(await look()).toMatchObject({ exit: 0, stderr: "", detail: { used: [expect.stringMatching(/^\/:\d+$/)] } });

  me.command(
    "df",
    'printf "Filesystem 1K Used Available Use%% Mounted\\n/dev/a 9 9 9 79%% /\\n/dev/b 9 9 9 93%% /home\\n"',
  );
  expect(await look()).toMatchObject({ signal: { full: ["/home:90"] }, detail: { used: ["/:79", "/home:93"] } });
  expect(isInert(me.read("snapshots/sensor-disk.json") ?? "")).toBe(true);
  const gone = addRecipe(me, "disk", { disks: "/nowhere" });
  me.command("df", "exit 1");
  expect(await gone()).toMatchObject({ exit: 0, failed: 1, signal: { full: ["/home:90"] } });
});

test("log-pattern wakes for a new kind of line and not for the same one again", async () => {
  const me = profile();
  const log = join(me.home, "app.log");
  writeFileSync(log, '10:01 started\n10:02 ERROR 17 \xff broken "pipe"\n', "latin1");
  const look = addRecipe(me, "log-pattern", { file: log });
  const first = await look();
  expect(first).toMatchObject({ exit: 0, signal: { kinds: 1 }, detail: { matches: 1 } });
  appendFileSync(log, '10:07 ERROR 23 \xff broken "pipe"\n', "latin1");
  const second = await look();
  expect(second.signal).toEqual(first.signal);
  expect(second.detail).toMatchObject({ matches: 2 });
  appendFileSync(log, "10:08 panic: out of memory\n");
  expect(await look()).toMatchObject({ signal: { kinds: 2 } });
});

test("backup-age says stale when the newest file is older than its limit", async () => {
  const me = profile();
  const folder = join(me.home, "backups");
  mkdirSync(join(folder, "day"), { recursive: true });
  const look = addRecipe(me, "backup-age", { folder, hours: 24 });
  expect(await look()).toMatchObject({ exit: 0, signal: { stale: true }, detail: { newest: "" } });
  const file = join(folder, "day/a b.tar");
  writeFileSync(file, "content");
  expect(await look()).toMatchObject({ signal: { stale: false }, detail: { newest: "a b.tar" } });
  utimesSync(file, new Date(1e12), new Date(1e12));
  expect(await look()).toMatchObject({ signal: { stale: true }, detail: { newest: "a b.tar" } });
});

test("systemd-failed names failed units, from a fake systemctl that prints what systemd 252 prints", async () => {
  const me = profile();
  const look = addRecipe(me, "systemd-failed", { scope: "user" });
  me.command(
    "systemctl",
    `[ "$1" = --user ] || exit 1
echo "b.service loaded failed failed Backup of \\"home\\""; echo "a.mount loaded failed failed /data"`,
  );
  expect(await look()).toMatchObject({ exit: 0, signal: { failed: ["a.mount", "b.service"] } });
  me.command("systemctl", "exit 0");
  expect(await look()).toMatchObject({ exit: 0, signal: { failed: [] } });
  me.command("systemctl", "echo 'Failed to connect to bus: No medium found' >&2; exit 1");
  expect(await look()).toMatchObject({ failed: 1, stderr: expect.stringContaining("Failed to connect to bus") });
});

test("docker names containers that are not well, from a fake docker with documented states", async () => {
  const me = profile();
  const look = addRecipe(me, "docker", { names: "^web|db" });
  me.command(
    "docker",
    `printf '%s\\n' "web-1 running Up 2 hours (healthy)" "web-2 running Up 5 minutes (unhealthy)" "db exited Exited (137) 3 hours ago" \\
  "db-once exited Exited (0) 2 days ago" "db-loop restarting Restarting (1) 4 seconds ago" "other dead Dead"`,
  );
  expect(await look()).toMatchObject({
    exit: 0,
    signal: { bad: ["db:failed", "db-loop:restarting", "web-2:unhealthy"], running: 2 },
  });
  me.command("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
  expect(await look()).toMatchObject({ failed: 1, stderr: expect.stringContaining("Cannot connect") });
});

test("kubernetes-pods names pods that are not well, from a fake kubectl with documented columns", async () => {
  const me = profile();
  const look = addRecipe(me, "kubernetes-pods", { namespace: "shop" });
  me.command(
    "kubectl",
    `echo "Warning: v1 ComponentStatus is deprecated" >&2
printf '%s\\n' "web-1 1/1 Running 0 4d" "web-2 0/1 Running 3 (5m ago) 4d" "job-x 0/1 Completed 0 1h" "pay-1 0/1 CrashLoopBackOff 17 1h"`,
  );
  expect(await look()).toMatchObject({ exit: 0, signal: { bad: ["pay-1:CrashLoopBackOff", "web-2:NotReady"] } });
  me.command("kubectl", "echo 'No resources found in shop namespace.' >&2");
  expect(await look()).toMatchObject({ exit: 0, signal: { bad: [] }, detail: { pods: [] } });
  me.command("kubectl", "echo 'Unable to connect to the server' >&2; exit 1");
  expect(await look()).toMatchObject({ failed: 1, signal: { bad: [] } });
});

test("slurm-queue names jobs by state, from a fake squeue with its documented format; its absence is said", async () => {
  const me = profile();
  const look = addRecipe(me, "slurm-queue");
  expect(await look({ PATH: "/nowhere" })).toMatchObject({
    exit: 127,
    stderr: "squeue is not installed: this machine has no Slurm\n",
  });
  me.command("squeue", `printf '%s\\n' "18|train|PENDING|Priority" "17|train|RUNNING|None"`);
  expect(await look()).toMatchObject({ exit: 0, signal: { jobs: ["17:RUNNING", "18:PENDING"] } });
  me.command("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1");
  expect(await look()).toMatchObject({ failed: 1, signal: { jobs: ["17:RUNNING", "18:PENDING"] } });
});
