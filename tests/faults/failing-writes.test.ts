/** Failing file operations, descriptors and forks: each gives one plain error, and the next try succeeds. */

import { type Chance, fault, LONG, type Tally } from "../support/faults/count-faults.ts";
import { operationsOf, profileFor, SCENARIOS, type Scenario } from "../support/faults/crash-scenarios.ts";
import {
  ageLeftovers,
  leftAfterBeat,
  leftSockets,
  notPlain,
  processesOf,
  runVerb,
  temporaryFiles,
  tornFiles,
} from "../support/faults/invariants.ts";
import { countCalls, decidedBy } from "../support/model/shell-decider.ts";
import { endPause } from "../support/model/typed-model.ts";
import { mounted, noMounts } from "../support/process/namespace.ts";
import { type Operation, runWithFault } from "../support/process/syscall-faults.ts";
import { type Profile, profileToRemove } from "../support/program/profile.ts";
import { PROGRAM } from "../support/program/program.ts";
import { type Outcome, run } from "../support/program/run.ts";

/** The calls that can fail with each error, and the message for it. */
const ERRORS: Readonly<Record<string, { readonly calls: RegExp; readonly cause: RegExp }>> = {
  ENOSPC: { calls: /^(openat|write|fsync|rename|link|mkdir)/, cause: /no space left on the device/ },
  EDQUOT: { calls: /^(openat|write|fsync|rename|link|mkdir)/, cause: /disk quota exceeded/ },
  EIO: { calls: /^(openat|write|fsync|rename|link|unlink|mkdir)/, cause: /input\/output error/ },
  EROFS: { calls: /^(openat|rename|link|unlink|mkdir)/, cause: /the file system is read-only/ },
  EACCES: { calls: /^(openat|rename|link|unlink|mkdir)/, cause: /permission denied/ },
  EMFILE: { calls: /^openat/, cause: /too many open files in this process/ },
  ENFILE: { calls: /^openat/, cause: /too many open files on this machine/ },
};

/** Checks the error of a failed verb, on stderr or in the beat's log. A verb that succeeded needs none. */
function told({ args, again }: Scenario, { exit, stdout, stderr }: Outcome, cause: RegExp): string[] {
  if (exit === 0) return [];
  const isBeat = args[0] === "tick";
  const said = isBeat ? stdout + stderr : stderr;
  const plain =
    isBeat && (/(?:beat|└─) failed: Cannot/.test(said) || again?.includes(Number(exit))) ? [] : notPlain(stderr);
  return [...plain, ...(cause.test(said) ? [] : [`does not name the cause: ${said}`])];
}

/** Fails one operation, then runs the verb again without the fault; undefined for an operation outside the data folder. */
function failedAt(act: Scenario, operation: Operation, errno: string): string[] | undefined {
  const me = profileFor(act);
  try {
    const first = runWithFault(me, act.args, operation, { kind: "error", errno }, act.env);
    if (!first.hit) return undefined;
    const cause = ERRORS[errno]?.cause ?? /^/;
    const isDone = first.exit === 0;
    const wrong = [...told(act, first, cause), ...tornFiles(me)];
    ageLeftovers(me);
    // A failed beat pauses before the next decide.
    endPause(me);
    // After a success the verb need not run again.
    const again = isDone ? first : runVerb(me, act.args, act.env);
    const ended = again.exit === 0 || act.again?.includes(Number(again.exit)) === true;
    const did = act.done(me, first.stdout + again.stdout);
    if (!ended) wrong.push(`afterwards it ended with ${again.exit}: ${again.stderr}`);
    if (!Bun.deepEquals(did, act.want)) wrong.push(`did ${JSON.stringify(did)}, not ${JSON.stringify(act.want)}`);
    return [...wrong, ...tornFiles(me), ...leftAfterBeat(me)];
  } finally {
    me.remove();
  }
}

function failAll(tally: Tally, chance: Chance, errno: string, verbs: number, points: number): void {
  for (const [name, act] of chance.some(Object.entries(SCENARIOS), verbs)) {
    const calls = operationsOf(act).filter(({ call }) => ERRORS[errno]?.calls.test(call));
    for (const operation of chance.some(calls, points)) {
      const broken = failedAt(act, operation, errno);
      if (broken !== undefined) tally.struck(`${name}, ${operation.text}`, broken);
    }
  }
}

for (const errno of Object.keys(ERRORS)) {
  fault(
    `${errno} from a file operation`,
    (tally, chance) => failAll(tally, chance, errno, LONG ? 99 : 8, LONG ? 12 : 1),
    600_000,
  );
}

/** Runs `looop ...args` after `mounts`, in their own namespace. */
function there(me: Profile, mounts: string, { args, env }: Scenario): Outcome {
  return run(mounted(mounts, [...PROGRAM, ...args]), { env: { ...me.env, ...env }, cwd: me.home });
}

/** Verbs that only remove, and so succeed on a full disk. */
const REMOVE = ["unflag", "unclaim", "prune", "told"];

function disk(tally: Tally, mounts: (me: Profile) => string, cause: RegExp): void {
  for (const [name, act] of Object.entries(SCENARIOS)) {
    const me = profileFor(act);
    try {
      const first = there(me, mounts(me), act);
      const isWrong = first.exit === 0 && !REMOVE.includes(name);
      const broken = isWrong ? ["said that it was done"] : told(act, first, cause);
      const again = runVerb(me, act.args, act.env);
      const did = act.done(me, again.stdout);
      if (!Bun.deepEquals(did, act.want)) broken.push(`afterwards it did ${JSON.stringify(did)}: ${again.stderr}`);
      tally.struck(name, [...broken, ...tornFiles(me), ...temporaryFiles(me)]);
    } finally {
      me.remove();
    }
  }
}

/** Mounts a disk of a few blocks with the whole data folder on it, and fills it. */
fault(
  "a full disk (tmpfs)",
  (tally) => {
    const full = ({ data }: Profile) =>
      `cp -a '${data}' '${data}.kept' && mount -t tmpfs -o size=256k,mode=700 tmpfs '${data}' && cp -a '${data}.kept/.' '${data}' && ` +
      `{ cat /dev/zero >'${data}/filler' || :; } 2>/dev/null; true`;
    disk(tally, full, /no space left on the device/);
  },
  120_000,
  noMounts(),
);

fault(
  "a read-only data folder (bind mount)",
  (tally) => {
    disk(
      tally,
      ({ data }) => `mount --bind '${data}' '${data}' && mount -o remount,ro,bind '${data}'`,
      /the file system is read-only/,
    );
  },
  120_000,
  noMounts(),
);

/** Runs a verb with few descriptors, and returns the broken promises; undefined when the runtime could not start. */
function starved(name: string, act: Scenario, limit: number): string[] | undefined {
  const me = profileFor(act);
  try {
    const argv = ["bash", "-c", `ulimit -n ${limit}; exec "$@"`, "bash", ...PROGRAM, ...act.args];
    const first = run(argv, { env: { ...me.env, ...act.env }, cwd: me.home });
    if (first.exit !== 0 && !/^looop: |beat failed: /m.test(first.stdout + first.stderr)) return undefined;
    const isDone = first.exit === 0;
    const again = isDone ? first : runVerb(me, act.args, act.env);
    const did = act.done(me, first.stdout + again.stdout);
    const broken = told(act, first, /too many open files|no more processes|library/);
    // The runner of a beat has the same limit, and may fail itself.
    const isOurs = isDone || name !== "tick";
    if (isOurs && !Bun.deepEquals(did, act.want)) broken.push(`did ${JSON.stringify(did)}: ${again.stderr}`);
    return [...broken, ...tornFiles(me), ...temporaryFiles(me)];
  } finally {
    me.remove();
  }
}

fault(
  "too few descriptors (ulimit -n)",
  (tally) => {
    for (const [name, act] of Object.entries(SCENARIOS)) {
      for (const limit of [6, 8, 10, 12, 14, 16, 20]) {
        const broken = starved(name, act, limit);
        if (broken !== undefined) tally.struck(`${name} with ${limit}`, broken);
      }
    }
  },
  300_000,
);

fault("EAGAIN on fork", (tally) => {
  const verbs: [args: string[], said: RegExp][] = [
    [
      ["start-session", "w", "x", "--command", "sleep 1000"],
      /^looop: Cannot .*no more processes allowed for now\n {2}hint: /,
    ],
    [["up"], /^looop: Cannot .*no more processes allowed for now\n {2}hint: /],
    [["tick"], /beat failed: Cannot start bash: no more processes allowed for now/],
  ];
  for (const [args, said] of verbs) {
    const me = decidedBy(profileToRemove(), "cat >/dev/null; echo call >> calls.txt; echo moved >> journal.md");
    try {
      const inject = [
        "-f",
        "-e",
        "trace=clone,vfork,fork",
        "-e",
        "inject=clone,vfork,fork:error=EAGAIN",
        "-o",
        "/dev/null",
      ];
      const first = run(["strace", "-qq", ...inject, ...PROGRAM, ...args], { env: me.env, cwd: me.home });
      const broken =
        first.exit === 1 && said.test(first.stdout + first.stderr) ? [] : [`said ${first.exit} ${first.stderr}`];
      if (processesOf(me).length > 0) broken.push("left a process");
      const again = runVerb(me, args);
      if (args[0] === "tick") {
        // An edit of the PLAYBOOK ends the pause after a failed beat.
        me.write("PLAYBOOK.md", "Be loud.\n");
        if (runVerb(me, ["tick"]).exit !== 0 || countCalls(me) !== 1) broken.push("the next beat did not go on");
      } else if (again.exit !== 0) broken.push(`afterwards ${again.exit}: ${again.stderr}`);
      runVerb(me, ["down", "--workers"]);
      tally.struck(args.join(" "), [...broken, ...tornFiles(me), ...temporaryFiles(me), ...leftSockets(me)]);
    } finally {
      runVerb(me, ["down", "--workers"]);
      me.remove();
    }
  }
});
