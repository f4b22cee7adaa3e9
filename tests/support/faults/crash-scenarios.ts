/** Verbs that change something, each with the result that it must have in the end. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { countCalls, decidedBy } from "../model/shell-decider.ts";
import { openAsks, runBeat, setAnswer, typedProfile } from "../model/typed-model.ts";
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
const VERBS: Readonly<Record<string, Scenario>> = {
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

/** Each step of an approval: never carried out twice, never lost without a word. */
const MOVE = { action: "run_shell", cmd: 'echo once >> ~/effect; bash "$LOOOP_DATA_DIR/goals/setup.md"' };

/** Makes the profile one where the move waits, with the person's answer. */
function parked(me: Profile, text: string | undefined): void {
  typedProfile("", me);
  me.goal("setup", "true\n");
  runBeat(me, MOVE);
  setAnswer(me, { action: "noop" });
  if (text !== undefined) runVerb(me, ["answer", openAsks(me)[0]?.id ?? "", text, ME]);
}

const effects = (me: Profile) => (me.read("../home/effect") ?? "").split("\n").length - 1;
const journaled = (me: Profile, part: RegExp) => part.test(me.read("journal.md") ?? "");

/** True when some prompt told that the move was cut off, or the journal that it failed. */
const isTold = (me: Profile) =>
  journaled(me, /was approved, but not carried out/) ||
  filesIn(join(me.data, "runs")).some((path) => (me.read(`runs/${path}`) ?? "").includes("run_shell (answered-"));

const APPROVALS: Readonly<Record<string, Scenario>> = {
  "a yes": {
    args: ["answer", "mk7m2q", "yes", ME],
    found: (me) => {
      parked(me, undefined);
      const [ask] = openAsks(me);
      me.write("asks/mk7m2q.json", me.read(`asks/${ask?.id}.json`) ?? "");
      rmSync(join(me.data, `asks/${ask?.id}.json`));
    },
    again: [5],
    done: (me) => {
      runVerb(me, ["tick"]);
      return [openAsks(me).length, effects(me)];
    },
    want: [0, 1],
  },
  "a beat that carries out an approved move": {
    args: ["tick"],
    found: (me) => parked(me, "yes"),
    done: (me) => {
      // A third beat: a second one only closes what was cut off.
      me.goal("waker", "x");
      runVerb(me, ["tick"]);
      return [openAsks(me).length, effects(me) === 1 || (effects(me) === 0 && isTold(me))];
    },
    want: [0, true],
  },
  "a beat that closes a denied move": {
    args: ["tick"],
    found: (me) => parked(me, "no"),
    done: (me) => [openAsks(me).length, effects(me), journaled(me, /the person said no: run_shell/)],
    want: [0, 0, true],
  },
  "a beat that asks again": {
    args: ["tick"],
    found: (me) => {
      parked(me, "yes");
      me.goal("setup", "echo owned >> ~/effect\n");
    },
    again: [1],
    done: (me) => {
      runVerb(me, ["tick"]);
      return [openAsks(me).length, effects(me), journaled(me, /files that it names changed/)];
    },
    want: [1, 0, true],
  },
  "a beat that takes back an answer": {
    args: ["tick"],
    found: (me) => {
      parked(me, "yes");
      const path = `asks/${openAsks(me)[0]?.id}.json`;
      me.write(path, JSON.stringify({ ...JSON.parse(me.read(path) ?? "{}"), prompt: "May I?" }));
    },
    done: (me) => [
      openAsks(me).length,
      filesIn(join(me.data, "answers")),
      effects(me),
      journaled(me, /does not count/),
    ],
    want: [1, [], 0, true],
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

/** All scenarios. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = { ...VERBS, ...APPROVALS };

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
