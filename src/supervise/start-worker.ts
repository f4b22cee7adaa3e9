import { Buffer } from "node:buffer";
import { join } from "node:path";
import { EXIT, type ExitCode, LooopError } from "../core/error.ts";
import type { Budget } from "../core/money/budget.ts";
import { isReserved, PULSE_ID, quoted, SESSION_PREFIX, sessionId } from "../core/names.ts";
import { isFree, isMetered } from "../core/runner/built-in.ts";
import { firstProgram } from "../core/runner/program.ts";
import { workerEnv } from "../core/session/child-env.ts";
import { workerContract } from "../core/session/contract.ts";
import { workerArgv, workerCommand } from "../core/session/worker-script.ts";
import { plain, utf8 } from "../core/text.ts";
import { pathsOf, type SessionStore } from "../store/session/session-paths.ts";
import { readSession } from "../store/session/sessions.ts";
import { waitForLock } from "../store/wait-for-lock.ts";
import type { Lock, Locks } from "../sys/sys.ts";
import type { Size } from "../sys/tty.ts";
import { type PendingSupervisor, type StartDeps, startSupervisor } from "./start-supervisor.ts";
import type { TimeLimits } from "./time-limits.ts";

/** The task of a worker. */
export interface WorkerTask {
  /** The bare id, a legal one. */
  readonly id: string;
  readonly prompt: string;
  readonly cwd: string;
}

/** The terminal of a worker, its variables and the time that it may take. */
export interface WorkerTerms extends TimeLimits {
  readonly size?: Size | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/** A worker to start. {@linkcode checkTask} has checked its task. */
export interface WorkerSpec extends WorkerTask {
  readonly terms?: WorkerTerms | undefined;
  /** Shell text; `{{prompt_file}}` is replaced by the prompt's path. */
  readonly template: string;
  readonly runner: string;
  /** Its own cap, in USD. */
  readonly capUsd: number | undefined;
  readonly caps: Budget | undefined;
}

export interface StartWorkerDeps extends StartDeps {
  readonly locks: Locks;
  readonly maxWorkers: number;
  readonly logMaxBytes: number;
}

/**
 * The longest prompt that is passed on as it is, in bytes. Templates pass it as one argument, which Linux limits to
 * 128 KiB; a worker reads a longer task from a file.
 */
const PROMPT_MAX_BYTES = 100_000;

/** The most time a login shell gets to reach its command, and the time between checks, in milliseconds. */
const READY_TIMEOUT_MS = 20_000;
const CHECK_MS = 3;

/** The most time to wait for other starts of workers, in milliseconds: each may take 20 s, and usually takes 0.1 s. */
const LOCK_TIMEOUT_MS = 30_000;

const SIZE = { cols: 120, rows: 40 };

/** Starts the supervisor process of a worker. It waits for {@linkcode startWorker}. */
export function prepareWorker(deps: StartWorkerDeps, { id }: WorkerTask): Promise<PendingSupervisor> {
  const session = sessionId(id);
  return startSupervisor({ ...deps, env: workerEnv(deps.env, session) }, session);
}

/** Starts a worker and returns its session id once its command runs. Throws the reason when it does not. */
export async function startWorker(
  deps: StartWorkerDeps,
  supervisor: PendingSupervisor,
  spec: WorkerSpec,
): Promise<string> {
  const { store, paths } = deps;
  const session = sessionId(spec.id);
  const { ready, telemetry, hookSetup, variables } = pathsOf(store, session);
  const lock = await lockStarts(deps, spec.id);
  try {
    checkTask(deps, spec); // another start may have taken the id
    checkWorkerLimit(deps, spec);
    const command = workerCommand(spec.template, writePrompt(deps, spec, session));
    store.files.makeDir(paths.sessions);
    store.files.remove(ready);
    await supervisor.launch({
      argv: workerArgv(command, firstProgram(command), ready, [telemetry, hookSetup, variables]),
      worker: {
        runner: spec.runner,
        command: spec.template,
        capUsd: spec.capUsd,
        caps: spec.caps,
        isFree: isFree(spec.template),
        isMetered: isMetered(spec.template),
      },
      cwd: spec.cwd,
      ...spec.terms,
      size: spec.terms?.size ?? SIZE,
      logMaxBytes: deps.logMaxBytes,
    });
  } finally {
    lock.release();
  }
  await waitUntilReady(deps, session, ready);
  return session;
}

/**
 * Takes the lock that is held from the check until the session is on record: the limit counts all workers, and a start
 * that loses does not overwrite the winner's prompt. Throws (exit 5) when another start keeps it.
 */
async function lockStarts({ store, paths, clock, locks }: StartWorkerDeps, id: string): Promise<Lock> {
  const patience = { limitMs: LOCK_TIMEOUT_MS, everyMs: CHECK_MS };
  const lock = await waitForLock({ files: store.files, clock, locks }, join(paths.lockFolder, "starts"), patience);
  if (lock !== undefined) return lock;
  const state = `another start has not finished in ${LOCK_TIMEOUT_MS / 1_000} s`;
  throw cannotStart(id, state, "Look for a stopped looop process with `ps`, end it, and try again", EXIT.busy);
}

/** Throws (exit 2, 4 or 5) when the task cannot become a worker, before anything is written. */
export function checkTask({ store }: StartWorkerDeps, { id, prompt, cwd }: WorkerTask): void {
  const cannot = (state: string, hint: string, exit: ExitCode) => {
    throw cannotStart(id, state, hint, exit);
  };
  if (id === PULSE_ID) cannot("that id is the pulse's own", "Choose another id", EXIT.usage);
  if (isReserved(id)) cannot("that name is reserved", "Choose another id", EXIT.usage);
  // Its bare id would be another worker's session id, so flags and kills would reach that one.
  if (id.startsWith(SESSION_PREFIX)) cannot(`looop adds "${SESSION_PREFIX}" itself`, "Leave it out", EXIT.usage);
  if (prompt.trim() === "") cannot("the prompt is empty", "Describe the task", EXIT.usage);
  if (prompt.includes("\0")) cannot("the prompt holds a NUL byte", "Remove it", EXIT.usage);
  if (store.files.stat(cwd)?.kind !== "folder") {
    cannot(`there is no folder ${quoted(cwd)}`, "Name an existing folder with --cwd", EXIT.notFound);
  }
  const old = readSession(store, sessionId(id));
  if (old?.isAlive) {
    const owner = `it is ${old.state}, supervised by process ${old.meta?.babysit_pid}`;
    cannot(owner, `Look at it with \`looop attach ${id}\`, or end it with \`looop kill ${id}\``, EXIT.busy);
  }
}

/** Throws (exit 5) when the limit of live workers is reached. Only certain while the lock of starts is held. */
export function checkWorkerLimit({ store, maxWorkers }: StartWorkerDeps, { id }: WorkerTask): void {
  const live = liveWorkers(store);
  if (live < maxWorkers) return;
  const state = `${live} workers run, and the limit is ${maxWorkers} (LOOOP_MAX_WORKERS)`;
  throw cannotStart(id, state, "End one with `looop kill <id>`, or wait until one ends", EXIT.busy);
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

/** Writes the contract and the task, and returns the path of the runner's prompt file. */
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

/**
 * Waits until the worker's login shell creates the `ready` file, right before its command, or the session ends.
 *
 * The launch line and status.json cannot tell that: they report the shell, and a login profile may still fail or wait.
 */
async function waitUntilReady({ store, clock }: StartWorkerDeps, session: string, ready: string): Promise<void> {
  const endMs = clock.monotonic() + READY_TIMEOUT_MS;
  for (;;) {
    // Read first: a command that ends at once has created the file by then.
    const now = readSession(store, session);
    if (store.files.stat(ready) !== undefined) return store.files.remove(ready);
    if (now === undefined || !now.isAlive) throw didNotStart(store, session);
    if (clock.monotonic() > endMs) throw tooSlow(session);
    await clock.sleep(CHECK_MS);
  }
}

function didNotStart(store: SessionStore, session: string): LooopError {
  const end = plain(utf8(store.files.readPart(pathsOf(store, session).log, -2_000, 2_000) ?? new Uint8Array())).trim();
  const output = end
    .replace(/^looop: /, "")
    .split("\n")
    .slice(-3)
    .join(" ");
  const hint = output.includes("Resource temporarily unavailable")
    ? "Close some programs, or raise `ulimit -u`"
    : `Check the command in the config and the PATH of \`bash -lc\`; see its output with \`looop log ${session}\``;
  return new LooopError({
    message: `Cannot start the worker ${session}: ${output === "" ? "its login shell ended at once" : output}`,
    hint,
    exit: EXIT.setup,
  });
}

function tooSlow(session: string): LooopError {
  return new LooopError({
    message: `Cannot confirm that ${session} runs: its login shell has not reached its command in ${READY_TIMEOUT_MS / 1_000} s`,
    hint: `See what the shell waits for with \`looop attach ${session}\`; a login profile must not ask questions`,
    exit: EXIT.timeout,
  });
}
