import { requireWorkerCommand, runnerNamed } from "../../core/config/active-runner.ts";
import type { Config } from "../../core/config/config.ts";
import { readLimits } from "../../core/config/limits.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { OWN_COMMAND } from "../../core/money/budget.ts";
import { bareWorker, quoted } from "../../core/names.ts";
import { isFree } from "../../core/runner/built-in.ts";
import { childEnv } from "../../core/session/child-env.ts";
import { isFrozen } from "../../store/freeze-all.ts";
import type { Paths } from "../../store/paths.ts";
import { readConfig } from "../../store/read-config.ts";
import {
  checkTask,
  checkWorkerLimit,
  prepareWorker,
  type StartWorkerDeps,
  startWorker,
  type WorkerTerms,
} from "../../supervise/start-worker.ts";
import { looopBin } from "../looop-bin.ts";
import type { App } from "../open.ts";
import { callerName, isInside } from "../person.ts";
import { prepareData } from "../prepare-data.ts";
import { takeFromOwnCap } from "./child-cap.ts";
import { openSessions } from "./open-sessions.ts";

/** A person's or the loop's request for a worker. */
export interface WorkerRequest {
  readonly id: string;
  readonly prompt: string;
  readonly runner?: string | undefined;
  /** Shell text that replaces the runner's command. */
  readonly command?: string | undefined;
  readonly cwd?: string | undefined;
  /** Its own cap, in USD. */
  readonly budgetUsd?: number | undefined;
  readonly terms?: WorkerTerms | undefined;
  /** Set when the decider asks for it, not the person. */
  readonly byLoop?: true;
}

/** A started worker. */
export interface StartedWorker {
  readonly session: string;
  readonly runner: string;
  readonly cwd: string;
}

/** Starts a worker of this profile, and creates the data folder first. */
export async function startRequested(app: App, request: WorkerRequest): Promise<StartedWorker> {
  const deps = await openWorkers(app);
  const cwd = request.cwd === undefined ? deps.paths.data : app.absolute(request.cwd);
  const task = { id: request.id, prompt: request.prompt, cwd };
  checkTask(deps, task);
  const supervisor = await prepareWorker(deps, task);
  let undo: (() => Promise<void>) | undefined;
  try {
    checkWorkerLimit(deps, task);
    const { config } = await readConfig(app.files, app.paths());
    refuseRunnerAsTask(config, request);
    const { runner, template } = commandOf(config, request);
    const asked = ownCap(app, config, request);
    const child =
      request.byLoop || isFree(template) ? undefined : await takeFromOwnCap(app, asked ?? config.budget?.workerUsd);
    const capUsd = child?.capUsd ?? asked;
    undo = child?.giveBack;
    if (config.budget !== undefined || isFrozen(app.files, app.paths())) {
      const { checkFunds } = await import("./worker-funds.ts");
      await checkFunds(app, config.budget, { id: request.id, runner, command: template, budgetUsd: capUsd });
    }
    const session = await startWorker(deps, supervisor, {
      ...{ ...task, template, runner, capUsd },
      caps: config.budget,
      terms: request.terms,
    });
    undo = undefined;
    if (!request.byLoop && callerName(app) === "person") await vouchForName(app, deps.paths, request.id);
    return { session, runner, cwd };
  } finally {
    await undo?.();
    supervisor.release();
  }
}

/** The person chose the name, so a clean prompt may show it. */
async function vouchForName(app: App, paths: Paths, id: string): Promise<void> {
  if (app.files.stat(paths.provenance) === undefined) return;
  const { recordVouchedName, withProvenanceLock } = await import("../../store/policy/provenance.ts");
  const deps = { files: app.files, clock: app.clock, paths, sha256: await app.sha256(), locks: await app.locks() };
  await withProvenanceLock(deps, () => recordVouchedName(deps, `worker:${bareWorker(id)}`));
}

async function openWorkers(app: App): Promise<StartWorkerDeps> {
  const paths = app.paths();
  await prepareData(app);
  const { knobs } = readLimits(app.env);
  return {
    store: await openSessions(app),
    paths,
    clock: app.clock,
    detach: await app.detach(),
    locks: await app.locks(),
    self: await app.self(),
    env: childEnv(app.env, { bin: await looopBin(app), ...paths }),
    maxWorkers: knobs.maxWorkers,
    logMaxBytes: knobs.logMaxBytes,
  };
}

/** Returns the worker's own cap. Only the person may set one above the config's. */
function ownCap(app: App, { budget }: Config, request: WorkerRequest): number | undefined {
  const { budgetUsd: asked, byLoop = false } = request;
  const inside = byLoop || isInside(app);
  const most = inside ? budget?.workerUsd : undefined;
  return asked === undefined || most === undefined ? asked : Math.min(asked, most);
}

/** Throws (exit 2) when the task is the name of a runner and no runner is given: the task was left out. */
function refuseRunnerAsTask(config: Config, { id, prompt, runner, command, byLoop }: WorkerRequest): void {
  if (byLoop || runner !== undefined || command !== undefined || !Object.hasOwn(config.runners, prompt.trim())) return;
  throw new LooopError({
    message: `Cannot start the worker ${id}: the task is only ${quoted(prompt.trim())}, which is the name of a runner`,
    hint: `Put the task before it: looop start-session ${id} "the task" ${prompt.trim()}`,
    exit: EXIT.usage,
  });
}

function commandOf(config: Config, { runner, command }: WorkerRequest): { runner: string; template: string } {
  if (command !== undefined) return { runner: runner ?? OWN_COMMAND, template: command };
  const found = runnerNamed(config, runner ?? config.default);
  if (found.interactive !== undefined) {
    requireWorkerCommand(config, found.name, found.interactive);
    return { runner: found.name, template: found.interactive };
  }
  throw new LooopError({
    message: `Cannot start a worker with the runner ${found.name}: it has no interactive command`,
    hint: `Add interactive = "..." under [runners.${found.name}] in ${config.path}, or pass --command`,
    exit: EXIT.setup,
  });
}
