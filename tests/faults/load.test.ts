/** Load: each remark gives the machine's limit and the measurement. */
import { appendFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fault, LONG, type Tally } from "../support/faults/count-faults.ts";
import {
  ageLeftovers,
  descriptorsOf,
  filesIn,
  leftAfterBeat,
  leftSockets,
  memoryOf,
  processesOf,
  runVerb,
  tornFiles,
} from "../support/faults/invariants.ts";
import { decidedBy, eventNames } from "../support/model/shell-decider.ts";
import { type Profile, profileToRemove } from "../support/program/profile.ts";
import { waitFor } from "../support/program/wait-for.ts";

const QUIET = "cat > /dev/null; echo moved >> journal.md";

/** Runs `body` with a profile, whose processes and files are removed afterwards. */
async function withProfile(runner: string, body: (me: Profile) => Promise<void>): Promise<void> {
  const me = decidedBy(profileToRemove(), runner);
  try {
    await body(me);
  } finally {
    runVerb(me, ["down", "--workers"]);
    me.remove();
  }
}

function timed(me: Profile, args: readonly string[], tally: Tally): number {
  const beganMs = performance.now();
  const { exit, stderr } = runVerb(me, args);
  if (exit !== 0) tally.violated(`${args.join(" ")} ended with ${exit}: ${stderr}`);
  return Math.round(performance.now() - beganMs);
}

fault(
  "live workers at once",
  (tally) =>
    withProfile(QUIET, async (me) => {
      const workers = LONG ? 200 : 15;
      const env = { LOOOP_MAX_WORKERS: "1000" };
      for (let at = 0; at < workers; at++) {
        const { exit, stderr } = runVerb(
          me,
          ["start-session", `w${at}`, "x", "--command", `echo ${at}; exec sleep 2000`],
          env,
        );
        tally.struck(`start ${at}`, exit === 0 ? [] : [stderr]);
      }
      const untilMs = performance.now() + (LONG ? 600_000 : 5_000);
      await waitFor("the end of their shift", () => performance.now() >= untilMs, 700_000);
      const [ls, beat] = [timed(me, ["ls"], tally), timed(me, ["tick"], tally)];
      const rows = JSON.parse(runVerb(me, ["ls", "--json"]).stdout).sessions as { alive: boolean }[];
      tally.same("alive", rows.filter(({ alive }) => alive).length, workers);
      const memoryMb = processesOf(me).reduce((sum, pid) => sum + memoryOf(pid), 0) / 1e6;
      tally.remark = `${workers} workers for ${LONG ? "ten minutes" : "5 s"}; ls ${ls} ms, a beat ${beat} ms, ${memoryMb.toFixed(0)} MB resident`;
      const down = timed(me, ["down", "--workers"], tally);
      tally.remark += `, down ${down} ms`;
      tally.same("left", processesOf(me), []);
      for (const what of [...leftSockets(me), ...tornFiles(me)]) tally.violated(what);
    }),
  1_200_000,
);

fault(
  "finished sessions, ledger and journal lines",
  (tally) =>
    withProfile(QUIET, async (me) => {
      const [sessions, lines] = LONG ? [10_000, 1_000_000] : [1_000, 100_000];
      const status = '{"state":"exited","child_pid":null,"exit_code":0,"last_change":"2026-01-01T00:00:00Z"}';
      for (let at = 0; at < sessions; at++) {
        const folder = join(me.data, `sessions/looop-s${at}`);
        mkdirSync(folder, { recursive: true });
        const meta = {
          id: `looop-s${at}`,
          cmd: ["x"],
          babysit_pid: 1_999_999_999,
          started_at: "2026-01-01T00:00:00Z",
          owner: "looop",
        };
        writeFileSync(join(folder, "meta.json"), JSON.stringify(meta));
        writeFileSync(join(folder, "status.json"), status);
      }
      runVerb(me, ["_cost", "session", "w", "fake", "0.01"]);
      const line = me.read("cost.jsonl") ?? "";
      for (let at = 0; at < lines; at += 10_000) {
        appendFileSync(join(me.data, "cost.jsonl"), line.repeat(10_000));
        appendFileSync(join(me.data, "journal.md"), "- 2026-01-01 00:00 moved\n".repeat(10_000));
      }
      const times = [["ls"], ["cost"], ["status"], ["tick"], ["tick"]].map(
        (args) => `${args} ${timed(me, args, tally)} ms`,
      );
      const prune = timed(me, ["prune", "--all"], tally);
      tally.same("left", filesIn(join(me.data, "sessions")), []);
      tally.injected = sessions + lines;
      tally.remark = `${sessions} sessions, ${lines} lines: ${times.join(", ")}, prune ${prune} ms`;
    }),
  900_000,
);

fault(
  "floods from three workers at once",
  (tally) =>
    withProfile(QUIET, async (me) => {
      const bytes = LONG ? 1_000_000_000 : 50_000_000;
      const ids = ["a", "b", "c"];
      for (const id of ids)
        runVerb(me, [
          "start-session",
          id,
          "x",
          "--command",
          `stty -opost; head -c ${bytes} /dev/zero | tr '\\0' ${id}`,
        ]);
      const log = (id: string) => join(me.data, `sessions/looop-${id}/output.log`);
      const state = (id: string) => JSON.parse(me.read(`sessions/looop-${id}/status.json`) ?? "{}").state;
      let slowestMs = 0;
      await waitFor(
        "the end of the floods",
        () => {
          slowestMs = Math.max(slowestMs, timed(me, ["ls"], tally));
          return ids.every((id) => state(id) === "exited");
        },
        600_000,
      );
      for (const id of ids)
        tally.struck(
          id,
          statSync(log(id)).size === bytes ? [] : [`${statSync(log(id)).size} bytes in the log of ${id}`],
        );
      tally.remark = `${bytes / 1e6} MB each; ls took ${slowestMs} ms at most meanwhile`;
    }),
  900_000,
);

/** Returns the memory of a pulse between its beats: the least within three seconds. */
async function kept(me: Profile, pid: number) {
  const least = {
    memoryMb: Number.POSITIVE_INFINITY,
    descriptors: Number.POSITIVE_INFINITY,
    files: Number.POSITIVE_INFINITY,
    processes: Number.POSITIVE_INFINITY,
  };
  const untilMs = performance.now() + 3_000;
  await waitFor("three seconds", () => {
    const files = filesIn(me.data).filter((path) => !path.startsWith(".memory.git/")).length;
    least.memoryMb = Math.min(least.memoryMb, Math.round(memoryOf(pid) / 1e5) / 10);
    least.descriptors = Math.min(least.descriptors, descriptorsOf(pid));
    least.files = Math.min(least.files, files);
    least.processes = Math.min(least.processes, processesOf(me).length);
    return performance.now() >= untilMs;
  });
  return least;
}

fault(
  "soak: a beat a second, and a worker's life in each",
  (tally) =>
    withProfile(`${QUIET}; "$LOOOP_BIN" start-session "w$(date +%N)" x --command true > /dev/null`, async (me) => {
      me.config(
        `default = "fake"\nsession_ttl = 1\n[runners.fake]\ntick = ${JSON.stringify(`${QUIET}; "$LOOOP_BIN" start-session "w$(date +%N)" x --command true > /dev/null`)}\n`,
      );
      const env = { LOOOP_INTERVAL: "1", LOOOP_RUNS_KEEP: "5", LOOOP_MAX_DECIDES_PER_HOUR: "100000" };
      runVerb(me, ["up"], env);
      const pid = await waitFor("the pulse", () => Number(me.read(".lock/pid")) || undefined);
      const beats = () => eventNames(me).filter((name) => name === "tick_start").length;
      const [warm, whole] = LONG ? [120, 1_800] : [15, 60];
      await waitFor("the first beats", () => beats() >= warm, (warm + 60) * 3_000);
      const before = await kept(me, pid);
      await waitFor("the last beats", () => beats() >= whole, (whole + 60) * 3_000);
      const after = await kept(me, pid);
      tally.injected = beats();
      tally.remark = `${beats()} beats; ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
      tally.same("descriptors", Math.max(0, after.descriptors - before.descriptors), 0);
      // A worker may be running: two processes. Its folder has five files, and a few are kept each second.
      if (after.processes > before.processes + 6) tally.violated(`processes ${before.processes} → ${after.processes}`);
      if (after.files > before.files + 60) tally.violated(`files ${before.files} → ${after.files}`);
      // The heap still grows in the first minutes.
      if (after.memoryMb > before.memoryMb + (LONG ? 15 : 40))
        tally.violated(`memory ${before.memoryMb} → ${after.memoryMb} MB`);
      if (pid !== Number(me.read(".lock/pid"))) tally.violated("the pulse is another one");
      runVerb(me, ["down", "--workers"], env);
      await waitFor("the last process", () => processesOf(me).length === 0);
      ageLeftovers(me);
      me.config(`default = "fake"\n[runners.fake]\ntick = ${JSON.stringify(QUIET)}\n`);
      for (const what of [...leftSockets(me), ...tornFiles(me), ...leftAfterBeat(me, env)]) tally.violated(what);
      process.stderr.write(`soak: ${tally.remark}\n`);
    }),
  LONG ? 7_200_000 : 400_000,
);
