/** Verbs that change something, each with the result that it must have in the end. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { countCalls, decidedBy } from "../model/shell-decider.ts";
import { type Operation, traceOperations } from "../process/syscall-faults.ts";
import { type Profile, profileToRemove } from "../program/profile.ts";
import { writeRecord } from "../session/foreign-sessions.ts";
import { ME } from "../session/mailbox.ts";
import { filesIn, runVerb } from "./invariants.ts";

/** A verb, the data folder it starts with, and its result: the same, however often the verb was cut off. */
export interface Scenario {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly found?: (me: Profile) => void;
  /** Exit codes of the second try that also mean success, because the first try had finished. */
  readonly again?: readonly number[];
  /** Returns the result; `said` is what all tries printed. */
  readonly done: (me: Profile, said: string) => unknown;
  readonly want: unknown;
}

const AS = { LOOOP_SESSION_ID: "looop-w" };
const ASK = { v: 1, from: "looop-w", prompt: "Which?", severity: "soon", ts: "2026-01-01T00:00:00.000Z" };

const named = (folder: string) => (me: Profile) => filesIn(join(me.data, folder)).filter((it) => !it.endsWith(".tmp"));
const text = (path: string) => (me: Profile) => me.read(path);
const lines = (path: string, part: RegExp) => (me: Profile) =>
  (me.read(path) ?? "").split("\n").filter((line) => part.test(line)).length;

/** A verb that was cut off may have taken effect: repeating may add a typed line twice, but never count a cost twice. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  flag: { args: ["flag", "w", "look at this"], done: text("sessions/looop-w/note"), want: "look at this" },
  unflag: {
    args: ["unflag", "w"],
    found: (me) => void me.write("sessions/looop-w/note", "old"),
    done: text("sessions/looop-w/note"),
    want: undefined,
  },
  answer: {
    args: ["answer", "a1", "this one", ME],
    found: (me) => void me.write("asks/a1.json", JSON.stringify(ASK)),
    again: [5],
    done: (me) => JSON.parse(me.read("answers/a1.json") ?? "{}").text,
    want: "this one",
  },
  tell: {
    args: ["tell", "w", "use staging"],
    done: (me) => filesIn(me.data).filter((path) => (me.read(path) ?? "").includes("use staging")).length > 0,
    want: true,
  },
  claim: {
    args: ["claim", "c"],
    env: AS,
    done: (me) => JSON.parse(me.read("claims/c.json") ?? "{}").session,
    want: "looop-w",
  },
  unclaim: {
    args: ["unclaim", "c"],
    env: AS,
    found: (me) => void me.write("claims/c.json", '{"v":1,"session":"looop-w","name":"c"}\n'),
    done: named("claims"),
    want: [],
  },
  cost: { args: ["_cost", "session", "docs", "claude", "0.42"], done: lines("cost.jsonl", /0\.42/), want: 1 },
  "goal write": {
    args: ["goal", "write", "docs", "new"],
    found: (me) => void me.goal("docs", "old\n"),
    done: text("goals/docs.md"),
    want: "new\n",
  },
  "goal archive": {
    args: ["goal", "archive", "docs"],
    found: (me) => void me.goal("docs", "old\n"),
    again: [4],
    done: (me) => [me.read("goals/docs.md"), me.read("goals/archive/docs.md")],
    want: [undefined, "old\n"],
  },
  "playbook write": { args: ["playbook", "write", "New rules."], done: text("PLAYBOOK.md"), want: "New rules.\n" },
  "sensor write": {
    args: ["sensor", "write", "disk", "#!/bin/sh\necho 1"],
    done: text("sensors/disk"),
    want: "#!/bin/sh\necho 1\n",
  },
  "schedule write": { args: ["schedule", "write", "tea", "--in", "1h"], done: named("schedules"), want: ["tea.json"] },
  prune: {
    args: ["prune", "--all"],
    found: (me) => {
      writeRecord(me, "looop-old", { owner: "looop", babysit_pid: 1_999_999_999 }, { state: "exited", exit_code: 0 });
      me.write("sessions/looop-old/output.log", "words");
    },
    done: named("sessions/looop-old"),
    want: [],
  },
  told: {
    args: ["told", "w"],
    found: (me) => void runVerb(me, ["tell", "w", "use staging"]),
    done: (_me, said) => said.includes("use staging"),
    want: true,
  },
  "sensor archive": {
    args: ["sensor", "archive", "disk"],
    found: (me) => void me.sensor("disk", "echo 1"),
    again: [4],
    done: (me) => [named("sensors")(me), me.read("sensors/archive/disk")],
    want: [["archive/disk"], "#!/usr/bin/env bash\necho 1\n"],
  },
  seed: {
    args: ["tick"],
    found: (me) => rmSync(join(me.data, "PLAYBOOK.md")),
    done: (me) => [...named("goals")(me), ...named("sensors")(me)],
    want: ["playbook-daily.md", "setup.md", "today.sh"],
  },
  tick: {
    args: ["tick"],
    // Each call of the runner journals one line of its own.
    found: (me) =>
      void decidedBy(me, 'cat >/dev/null; echo call >> calls.txt; echo "- move $(wc -l < calls.txt)" >> journal.md'),
    done: (me) => new Set((me.read("journal.md") ?? "").split("\n")).size - 1 === countCalls(me),
    want: true,
  },
};

/** Returns a profile in the state that the scenario starts from; the caller removes it. */
export function profileFor(act: Scenario): Profile {
  const me = profileToRemove();
  me.write("PLAYBOOK.md", "Be quiet.\n");
  me.config('default = "offline"\n');
  writeRecord(me, "looop-w", { owner: "looop" });
  act.found?.(me);
  return me;
}

const points = new Map<Scenario, Operation[]>();

/** Returns the file operations by which the verb changes the data folder, in their order. */
export function operationsOf(act: Scenario): Operation[] {
  const known = points.get(act);
  if (known !== undefined) return known;
  const me = profileFor(act);
  try {
    const { calls } = traceOperations(me, act.args, act.env);
    points.set(act, calls);
    return calls;
  } finally {
    me.remove();
  }
}
