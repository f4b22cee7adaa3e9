import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { Env } from "../core/env.ts";
import { EXIT, type ExitCode, LooopError } from "../core/error.ts";
import type { Budget } from "../core/money/budget.ts";
import { PULSE_ID, quoted, SESSION_PREFIX, sessionId } from "../core/names.ts";
import { isFree, isMetered } from "../core/runner/built-in.ts";
import { firstProgram } from "../core/runner/program.ts";
import { workerEnv } from "../core/session/child-env.ts";
import { workerContract } from "../core/session/contract.ts";
import { workerArgv, workerCommand } from "../core/session/worker-script.ts";
import { plain, utf8 } from "../core/text.ts";
import type { Paths } from "../store/paths.ts";
import { pathsOf, type SessionStore } from "../store/session/session-paths.ts";
import { readSession } from "../store/session/sessions.ts";
import { waitForLock } from "../store/wait-for-lock.ts";
import type { Clock, Detach, Lock, Locks } from "../sys/sys.ts";
import { type PendingSupervisor, startSupervisor } from "./start-supervisor.ts";

/** What a worker is asked to be. */
export interface WorkerTask {
  /** The bare id, a legal one. */
  readonly id: string;
  readonly prompt: string;
  readonly cwd: string;
}

/** A worker to start, its task checked by {@linkcode checkTask}. */
export interface WorkerSpec extends WorkerTask {
  /** Shell text; `{{prompt_file}}` stands for the prompt's path. */
  readonly template: string;
  readonly runner: string;
  /** A cap of its own, in USD. */
  readonly capUsd: number | undefined;
  readonly caps: Budget | undefined;
}

export interface StartWorkerDeps {
  readonly store: SessionStore;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly detach: Detach;
  readonly locks: Locks;
  readonly self: readonly string[];
  /** The environment of workers. */
  readonly env: Env;
  readonly maxWorkers: number;
  readonly logMaxBytes: number;
}

/** One argument holds 128 KiB on Linux, and templates pass the prompt as one: beyond this it is read from a file. */
const PROMPT_MAX_BYTES = 100_000;

/** How long a login shell may take to start, and how often we look, in milliseconds. */
const READY_MS = 20_000;
const LOOK_MS = 3;

/** How long others that start a worker are waited for, in milliseconds: each may take 20 s, and mostly takes 0.1. */
const STARTS_MS = 30_000;

const SIZE = { cols: 120, rows: 40 };

/** Starts the supervisor of a worker, which waits for {@linkcode startWorker}. */
export function prepareWorker(
  { detach, self, paths, env }: StartWorkerDeps,
  { id }: WorkerTask,
): Promise<PendingSupervisor> {
  const session = sessionId(id);
  return startSupervisor(detach, { id: session, self, data: paths.data, env: workerEnv(env, session) });
}

/** Starts a worker and returns its session id once its command runs; throws with the reason when it does not. */
export async function startWorker(
  edge: StartWorkerDeps,
  supervisor: PendingSupervisor,
  spec: WorkerSpec,
): Promise<string> {
  const { store, paths } = edge;
  const session = sessionId(spec.id);
  const { ready, telemetry } = pathsOf(store, session);
  const lock = await lockStarts(edge, spec.id);
  try {
    checkTask(edge, spec); // another start may have come in between
    checkWorkerLimit(edge, spec);
    const command = workerCommand(spec.template, writePrompt(edge, spec, session));
    store.files.makeDir(paths.sessions);
    store.files.remove(ready);
    await supervisor.launch({
      argv: workerArgv(command, firstProgram(command), ready, telemetry),
      worker: {
        ...{
          runner: spec.runner,
          command: spec.template,
          capUsd: spec.capUsd,
          caps: spec.caps,
          isFree: isFree(spec.template),
        },
        isMetered: isMetered(spec.template),
      },
      cwd: spec.cwd,
      size: SIZE,
      logMaxBytes: edge.logMaxBytes,
    });
  } finally {
    lock.release();
  }
  await running(edge, session, ready);
  return session;
}

/** From the check until the session is on record: the cap counts all, and a start that loses overwrites no task. */
async function lockStarts({ store, paths, clock, locks }: StartWorkerDeps, id: string): Promise<Lock> {
  const patience = { limitMs: STARTS_MS, everyMs: LOOK_MS };
  const lock = await waitForLock({ files: store.files, clock, locks }, join(paths.lockFolder, "starts"), patience);
  if (lock !== undefined) return lock;
  const state = `another start has not come to an end in ${STARTS_MS / 1_000} s`;
  throw cannotStart(id, state, "Look for a stopped looop process, and try again", EXIT.busy);
}

/** Refuses what cannot become a worker (exit 2, 4 or 5), before anything is written. */
export function checkTask({ store }: StartWorkerDeps, { id, prompt, cwd }: WorkerTask): void {
  const cannot = (state: string, hint: string, exit: ExitCode) => {
    throw cannotStart(id, state, hint, exit);
  };
  if (id === PULSE_ID) cannot("that id is the pulse's own", "Choose another id", EXIT.usage);
  // Its short name would be another worker's full one: its flags and its end would be that one's.
  if (id.startsWith(SESSION_PREFIX)) cannot(`looop puts "${SESSION_PREFIX}" in front`, "Leave that away", EXIT.usage);
  if (prompt.trim() === "") cannot("the prompt is empty", "Say what it shall do", EXIT.usage);
  if (prompt.includes("\0")) cannot("the prompt holds a NUL byte", "Leave it out", EXIT.usage);
  if (store.files.stat(cwd)?.kind !== "folder") {
    cannot(`there is no folder ${quoted(cwd)}`, "Name an existing folder with --cwd", EXIT.notFound);
  }
  const old = readSession(store, sessionId(id));
  if (old?.isAlive) {
    const owner = `it is ${old.standing}, supervised by process ${old.meta?.babysit_pid}`;
    cannot(owner, `Look at it with \`looop attach ${id}\`, or end it with \`looop kill ${id}\``, EXIT.busy);
  }
}

/** Refuses one more than may live at once (exit 5). Others may start one too, until the lock of starts is held. */
export function checkWorkerLimit({ store, maxWorkers }: StartWorkerDeps, { id }: WorkerTask): void {
  const live = liveWorkers(store);
  if (live < maxWorkers) return;
  const state = `${live} workers live, and ${maxWorkers} may (LOOOP_MAX_WORKERS)`;
  throw cannotStart(id, state, "End one, or wait for one", EXIT.busy);
}

function cannotStart(id: string, state: string, hint: string, exit: ExitCode): LooopError {
  return new LooopError({ message: `Cannot start the worker ${id}: ${state}`, hint, exit });
}

function liveWorkers(store: SessionStore): number {
  const pulse = sessionId(PULSE_ID);
  return store.files.list(store.sessions).filter((id) => {
    const session = id === pulse ? undefined : readSession(store, id);
    return session?.isOurs === true && session.isAlive;
  }).length;
}

/** Writes the contract and the task, and returns the path of what the runner is given. */
function writePrompt({ paths, store }: StartWorkerDeps, { id, prompt, runner }: WorkerSpec, session: string): string {
  const { files } = store;
  const contract = workerContract({ id, session, runner, dataDir: paths.data });
  const { prompt: path, longTask } = pathsOf(store, session);
  files.makeDir(paths.prompts);
  const whole = `${contract}\n${prompt}\n`;
  if (Buffer.byteLength(whole) <= PROMPT_MAX_BYTES) {
    files.jot(path, whole);
    return path;
  }
  files.jot(longTask, `${prompt}\n`);
  files.jot(path, `${contract}\nYour task is long. Read all of it from this file before you begin: ${longTask}\n`);
  return path;
}

/** Waits for the worker's own word that its command is about to run, or for its end. */
async function running({ store, clock }: StartWorkerDeps, session: string, ready: string): Promise<void> {
  const endMs = clock.monotonic() + READY_MS;
  for (;;) {
    if (store.files.stat(ready) !== undefined) return store.files.remove(ready);
    const now = readSession(store, session);
    if (now === undefined || !now.isAlive) throw didNotStart(store, session);
    if (clock.monotonic() > endMs) throw tooSlow(session);
    await clock.sleep(LOOK_MS);
  }
}

function didNotStart(store: SessionStore, session: string): LooopError {
  const end = plain(utf8(store.files.readPart(pathsOf(store, session).log, -2_000, 2_000) ?? new Uint8Array())).trim();
  const said = end
    .replace(/^looop: /, "")
    .split("\n")
    .slice(-3)
    .join(" ");
  return new LooopError({
    message: `Cannot start the worker ${session}: ${said === "" ? "its login shell ended at once" : said}`,
    hint: `Check the command in the config and the PATH of \`bash -lc\`; all it said: \`looop log ${session}\``,
    exit: EXIT.setup,
  });
}

function tooSlow(session: string): LooopError {
  return new LooopError({
    message: `Cannot tell whether ${session} runs: its login shell has not come to its command in ${READY_MS / 1_000} s`,
    hint: `See what the shell waits for with \`looop attach ${session}\`; a login profile must not ask questions`,
    exit: EXIT.timeout,
  });
}
