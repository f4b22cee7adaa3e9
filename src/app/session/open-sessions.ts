import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Env, setting } from "../../core/env.ts";
import { poke } from "../../store/pokes.ts";
import { type SessionStore, socketFolder } from "../../store/session/session-paths.ts";
import type { CreateSessionDeps } from "../../supervise/create-session.ts";
import type { EndSessionDeps } from "../../supervise/end-session.ts";
import type { SpendGuardDeps } from "../../supervise/spend/spend-guard.ts";
import type { SupervisorDeps } from "../../supervise/supervisor.ts";
import type { ClientDeps } from "../../supervise/wire/client.ts";
import { errnoCode } from "../../sys/errno.ts";
import type { App } from "../open.ts";

/** Opens the sessions of the data folder `data`, which may belong to another profile. */
export async function openSessions(app: App, data = app.paths().data): Promise<SessionStore> {
  const { finished, sessions } = app.paths();
  const isOwn = data === app.paths().data;
  const env = setting(app.env, "HOME") === undefined ? accountHome() : app.env;
  return {
    files: app.files,
    processes: app.processes,
    sessions: isOwn ? sessions : join(data, "sessions"),
    finished: isOwn ? finished : join(data, "finished"),
    sockets: socketFolder(env, process.geteuid?.() ?? 0),
  };
}

/** Returns the account's home folder as HOME, as other programs do; empty for a user id without an account. */
function accountHome(): Env {
  try {
    return { HOME: homedir() };
  } catch (error) {
    if (errnoCode(error) !== "ENOENT") throw error;
    return {};
  }
}

/** Opens what creates and removes sessions. */
export async function openCreateSession(app: App): Promise<CreateSessionDeps> {
  const { sockets } = await import("../../sys/net/socket.ts");
  return { store: await openSessions(app), clock: app.clock, locks: await app.locks(), sockets };
}

/** Opens what connects to supervisors. */
export async function openClient(app: App, data = app.paths().data): Promise<ClientDeps> {
  const { sockets } = await import("../../sys/net/socket.ts");
  return { store: await openSessions(app, data), clock: app.clock, sockets };
}

/** Opens what ends sessions. */
export async function openKill(app: App): Promise<EndSessionDeps> {
  const { groups } = await import("../../sys/process/groups.ts");
  const { trees } = await import("../../sys/process/trees.ts");
  return { ...(await openClient(app)), groups, trees };
}

/** Loads what the spend guard of a worker needs. */
async function loadSpendGuard(app: App): Promise<SpendGuardDeps> {
  const { metricsExport } = await import("../telemetry/metrics.ts");
  const { appendEvent } = await import("../../store/events.ts");
  const { clock, files } = app;
  const settings = async () => {
    const { readConfig } = await import("../../store/read-config.ts");
    return (await readConfig(files, app.paths())).config;
  };
  return {
    budget: await (await import("./worker-funds.ts")).openBudget(app),
    settings,
    exportCalls: metricsExport(settings, (error) =>
      appendEvent(files, clock, app.paths().events, "export_failed", { error }),
    ),
    serve: (await import("../../sys/net/serve.ts")).serve,
    secret: () => process.getBuiltinModule("node:crypto").randomUUID(),
    store: await openSessions(app),
  };
}

/** Opens what a supervisor of a session in `data` needs. Throws when the PTY library cannot be used. */
export async function openSupervisor(app: App, data: string): Promise<SupervisorDeps> {
  const { openPtys } = await import("../../sys/pty/pty.ts");
  const runtime = setting(app.env, "XDG_RUNTIME_DIR");
  const { appendEvent } = await import("../../store/events.ts");
  return {
    store: await openSessions(app, data),
    clock: app.clock,
    locks: await app.locks(),
    groups: (await import("../../sys/process/groups.ts")).groups,
    trees: (await import("../../sys/process/trees.ts")).trees,
    loadSpendGuard: () => loadSpendGuard(app),
    sockets: (await import("../../sys/net/socket.ts")).sockets,
    stop: (await import("../../sys/signals.ts")).catchSignals().asked,
    ptys: await openPtys([join(data, ".lib"), ...(runtime === undefined ? [] : [join(runtime, "looop")])]),
    createLog: (await import("../../sys/growing-file.ts")).createGrowingFile,
    releaseMemory: await (await import("../../sys/ffi/memory.ts")).openMemoryRelease(),
    readsTerminal: (await import("../../sys/process/reads-terminal.ts")).readsTerminal,
    logEvent: (event, fields) => {
      appendEvent(app.files, app.clock, app.paths().events, event, fields);
      // A sleeping pulse looks now, so that the person hears of the flag.
      if (event === "flagged") poke(app.files, app.paths(), []);
    },
    onCrash: (await import("../../sys/crash.ts")).onCrash,
    draw: (await import("./draw-screen.ts")).drawInOwnProcess(app, data),
  };
}
