/** Clocks that jump, and machines that sleep. libfaketime gives the built program another time, where it is installed. */
import { readdirSync } from "node:fs";
import process from "node:process";
import { fault, LONG } from "../support/faults/count-faults.ts";
import { processesOf, runVerb, tornFiles } from "../support/faults/invariants.ts";
import { at } from "../support/machine/fake-time.ts";
import { countCalls, decidedBy, eventNames, MOVE } from "../support/model/shell-decider.ts";
import { type Profile, profileToRemove } from "../support/program/profile.ts";
import { missing } from "../support/program/skip.ts";
import { waitFor } from "../support/program/wait-for.ts";
import { stateOf } from "../support/session/foreign-sessions.ts";

const JUMPS: readonly [what: string, times: readonly string[], zone?: string][] = [
  ["set back a year", ["@2027-06-01 12:00:00", "@2026-06-01 12:00:00", "@2026-06-01 12:01:00"]],
  ["set forward a day", ["@2027-06-01 12:00:00", "@2027-06-02 12:00:00", "@2027-06-02 12:01:00"]],
  ["summer time begins", ["@2027-03-28 00:59:50", "@2027-03-28 01:00:10", "@2027-03-28 01:30:00"], "Europe/Berlin"],
  ["summer time ends", ["@2027-10-31 00:59:50", "@2027-10-31 01:00:10", "@2027-10-31 01:30:00"], "Europe/Berlin"],
  [
    "midnight between the call and the ledger's day",
    ["@2027-06-01 23:59:59", "@2027-06-02 00:00:01", "@2027-06-02 00:01:00"],
  ],
  [
    "the first second of an epoch, and of 2038",
    ["@1970-01-02 00:00:01", "@2038-01-19 03:14:06", "@2038-01-19 03:14:09"],
  ],
];

function beat(me: Profile, env: Record<string, string>, edit: number): string[] {
  me.write("PLAYBOOK.md", `Be quiet, ${edit}.\n`);
  runVerb(me, ["_cost", "session", "w", "fake", "0.25"], env);
  const { exit, stdout, stderr } = runVerb(me, ["tick"], env);
  const shown = runVerb(me, ["cost", "--json"], env);
  const status = runVerb(me, ["status"], env);
  const broken = exit === 0 ? [] : [`the beat ended with ${exit}: ${stdout}${stderr}`];
  if (shown.exit !== 0 || status.exit !== 0) broken.push(`cost ${shown.exit}, status ${status.exit}: ${status.stderr}`);
  if (/-\d+[smhd] ago/.test(status.stdout)) broken.push(`a negative age: ${status.stdout}`);
  return broken;
}

for (const [what, times, zone] of JUMPS) {
  fault(
    `the clock: ${what}`,
    (tally) => {
      const me = decidedBy(profileToRemove(), MOVE);
      try {
        for (const [edit, time] of times.entries())
          tally.struck(time, [...beat(me, at(time, zone), edit), ...tornFiles(me)]);
        tally.same("moves", countCalls(me), times.length);
        tally.same(
          "ledger lines",
          (me.read("cost.jsonl") ?? "").split("\n").filter((line) => line.includes("0.25")).length,
          times.length,
        );
        tally.same("runs", readdirSync(`${me.data}/runs`).length, times.length);
      } finally {
        me.remove();
      }
    },
    120_000,
    missing("faketime"),
  );
}

fault(
  "everything stopped, and going on",
  async (tally) => {
    const me = decidedBy(profileToRemove(), MOVE);
    try {
      runVerb(me, ["up"], { LOOOP_INTERVAL: "1" });
      runVerb(me, ["start-session", "w", "x", "--command", "i=0; while :; do echo $i; i=$((i+1)); sleep 0.01; done"]);
      await waitFor("a beat", () => eventNames(me).includes("decided"));
      const all = processesOf(me);
      for (const pid of all) process.kill(pid, "SIGSTOP");
      await waitFor("the stop", () => all.every((pid) => stateOf(pid) !== "R"));
      const untilMs = performance.now() + (LONG ? 60_000 : 5_000);
      await waitFor("the time asleep", () => performance.now() >= untilMs, 90_000);
      const before = eventNames(me).length;
      for (const pid of all) if (stateOf(pid) === "T") process.kill(pid, "SIGCONT");
      await waitFor("the next beat", () => eventNames(me).length > before);
      const lines = (me.read("sessions/looop-w/output.log") ?? "").split(/\r?\n/).slice(0, -1);
      tally.struck(
        "sleep",
        lines.every((line, index) => line === `${index}`) ? tornFiles(me) : ["the transcript has a gap"],
      );
    } finally {
      runVerb(me, ["down", "--workers"]);
      me.remove();
    }
  },
  180_000,
);
