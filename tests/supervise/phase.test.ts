import { expect, test } from "bun:test";
import { Freezer } from "../../src/supervise/freeze/freezer.ts";
import { canRun, finalStatus, nextPhase, type Phase, type PhaseEvent } from "../../src/supervise/phase.ts";
import { Program } from "../../src/supervise/session-program.ts";
import { files } from "../../src/sys/files.ts";
import { processes } from "../../src/sys/process/identity.ts";

/** A program whose group ends at the first signal. */
function newProgram(): Program {
  let isAlive = true;
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
  const store = { files, processes, sessions: "/none/sessions", finished: "/none/finished", sockets: "/none/sockets" };
  const freezer = new Freezer(
    { store, clock, trees: { members: () => [], marked: () => new Map(), signal: () => false } },
    "looop-x",
  );
  const groups = {
    alive: () => isAlive,
    signal: () => {
      isAlive = false;
      return true;
    },
  };
  const unread = () => ({ queuedBytes: 0, isHeld: undefined });
  const pty = { pid: 7, identity: undefined, write: () => 0, unread, resize() {}, hurry() {}, close() {} };
  const command = { argv: ["x"], cwd: "/", size: { cols: 80, rows: 24 }, onOutput() {}, onExit() {}, endsAll: true };
  return new Program({ clock, groups, ptys: { open: () => pty } }, freezer, command);
}

const program = newProgram();
const next = newProgram();

const PHASES: Readonly<Record<string, Phase>> = {
  starting: { kind: "starting", killedBy: undefined },
  "killed early": { kind: "starting", killedBy: "person" },
  running: { kind: "running", program },
  restarting: { kind: "restarting", program },
  ending: { kind: "ending", program, by: "person" },
  crashed: { kind: "crashed", program },
  over: { kind: "over", program },
};

const EVENTS: Readonly<Record<string, PhaseEvent>> = {
  opened: { kind: "opened", program: next },
  "reopen-failed": { kind: "reopen-failed" },
  restart: { kind: "restart" },
  kill: { kind: "kill", by: "budget" },
  exited: { kind: "exited" },
  crash: { kind: "crash" },
};

/** Every change there is; all other pairs of a state and an event change nothing. */
const CHANGES: Readonly<Record<string, Readonly<Record<string, Phase>>>> = {
  starting: { opened: { kind: "running", program: next }, kill: { kind: "starting", killedBy: "budget" } },
  "killed early": { opened: { kind: "running", program: next } },
  running: {
    restart: { kind: "restarting", program },
    kill: { kind: "ending", program, by: "budget" },
    exited: { kind: "over", program },
    crash: { kind: "crashed", program },
  },
  restarting: {
    opened: { kind: "running", program: next },
    "reopen-failed": { kind: "over", program },
    kill: { kind: "ending", program, by: "budget" },
    crash: { kind: "crashed", program },
  },
  ending: { exited: { kind: "over", program }, crash: { kind: "crashed", program } },
  crashed: {},
  over: { crash: { kind: "crashed", program } },
};

const PAIRS = Object.keys(PHASES).flatMap((phase) => Object.keys(EVENTS).map((event) => [phase, event] as const));

test.each(PAIRS)("nextPhase() of %s after %s", (phase, event) => {
  const before = PHASES[phase] as Phase;
  const after = nextPhase(before, EVENTS[event] as PhaseEvent);
  const change = CHANGES[phase]?.[event];
  if (change === undefined) expect(after).toBe(before);
  else {
    expect(after.kind).toBe(change.kind);
    expect(Object.entries(after).every(([name, value]) => change[name as keyof Phase] === value)).toBe(true);
  }
});

test("canRun() holds until the program is being ended or has ended", () => {
  const names = Object.keys(PHASES).filter((name) => canRun(PHASES[name] as Phase));
  expect(names).toEqual(["starting", "killed early", "running", "restarting"]);
});

test("finalStatus() calls a program killed only when a kill has sent it a signal", async () => {
  const signaled = newProgram();
  await signaled.end();
  const killed = { state: "killed", ended_by: "person", signal: "SIGHUP" } as const;
  const exited = { state: "exited", ended_by: "exit" } as const;
  expect(finalStatus({ kind: "running", program }, 3)).toEqual({ ...exited, exit_code: 3 });
  expect(finalStatus({ kind: "ending", program, by: "person" }, 0)).toEqual({ ...exited, exit_code: 0 });
  expect(finalStatus({ kind: "ending", program: signaled, by: "person" }, 1)).toEqual({ ...killed, exit_code: null });
  expect(finalStatus({ kind: "ending", program: signaled, by: "person" }, 5)).toEqual({ ...killed, exit_code: 5 });
  expect(finalStatus({ kind: "restarting", program: signaled }, 1)).toEqual({ ...exited, exit_code: 1 });
});

test("end() sends the signals once for all callers", async () => {
  const asked = newProgram();
  expect(asked.end()).toBe(asked.end());
  expect(await asked.end()).toEqual({ isGone: true, signal: "SIGHUP" });
  expect([asked.lastSignal, asked.hasLiveGroup]).toEqual(["SIGHUP", false]);
});
