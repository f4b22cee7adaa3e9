import { join, resolve } from "node:path";
import process from "node:process";
import { setting } from "../../core/env.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { launchdLabel, launchdPlist, type Service, systemdUnit, WRITTEN_BY } from "../../core/setup/service.ts";
import { bytesOf, plainLine, utf8 } from "../../core/text.ts";
import { selfCommand } from "../../sys/process/self.ts";
import type { App } from "../open.ts";
import { isOnPath } from "./is-on-path.ts";

/** The commands and the file of a service manager for one pulse. */
export interface Manager {
  readonly kind: "systemd" | "launchd";
  readonly name: string;
  /** The path of its file. */
  readonly path: string;
  /** The text of its file. */
  readonly text: string;
  /** Commands that start it now and at each login, in order. */
  readonly start: readonly Step[];
  readonly stop: readonly Step[];
  /** Commands that stop it until the next login or boot. */
  readonly halt: readonly Step[];
  /** A command that prints its state, for {@linkcode serviceState}. */
  readonly look: readonly string[];
}

/** `restarting`: it failed, and its manager starts it again in a moment. */
export type ServiceState = "running" | "restarting" | "stopped";

export interface Step {
  readonly argv: readonly string[];
  /** A failure is fine: there may be nothing to undo. */
  readonly mayFail?: true;
}

/** The time a service manager has to answer, in milliseconds. */
const ANSWER_MS = 30_000;

/** Returns the service manager of this machine. Throws (exit 3) without systemd or launchd. */
export async function openManager(app: App): Promise<Manager> {
  const found = await findManager(app);
  if (found instanceof LooopError) throw found;
  return found;
}

/** Returns the manager when our service runs or restarts; undefined otherwise. */
export async function busyManager(app: App): Promise<Manager | undefined> {
  const found = await findManager(app);
  if (found instanceof LooopError || app.files.read(found.path)?.includes(WRITTEN_BY) !== true) return undefined;
  return (await serviceState(app, found)) === "stopped" ? undefined : found;
}

async function findManager(app: App): Promise<Manager | LooopError> {
  const service = await serviceOf(app);
  const home = setting(app.env, "HOME");
  if (home === undefined) return missing("HOME is not set", "Set HOME");
  if (process.platform === "darwin") return launchd(service, home);
  if (!(await isOnPath(app, "systemctl"))) {
    return missing(
      "there is no systemctl on PATH",
      "Start `looop up` from what your machine has instead: cron's @reboot, runit, your desktop's autostart",
    );
  }
  return systemd(service, resolve(app.cwd, setting(app.env, "XDG_CONFIG_HOME") ?? join(home, ".config")));
}

function missing(state: string, hint: string): LooopError {
  return new LooopError({ message: `Cannot use a service manager: ${state}`, hint, exit: EXIT.setup });
}

async function serviceOf(app: App): Promise<Service> {
  const { config, data, isDefault } = app.paths();
  const sha256 = await app.sha256();
  const shell = setting(app.env, "SHELL") ?? "/bin/sh";
  return {
    name: isDefault ? "looop" : `looop-${sha256(bytesOf(data)).slice(0, 8)}`,
    program: selfCommand(),
    // Other programs may not know -l.
    shell: /\/(ba|z|da|k|fi)?sh$/.test(shell) ? shell : "/bin/sh",
    env: {
      ...(isDefault ? {} : { LOOOP_DATA_DIR: data }),
      ...(setting(app.env, "LOOOP_CONFIG") === undefined ? {} : { LOOOP_CONFIG: config }),
    },
    log: join(data, "service.log"),
  };
}

function systemd(service: Service, configHome: string): Manager {
  const unit = `${service.name}.service`;
  const ctl = (...words: string[]) => ["systemctl", "--user", ...words];
  return {
    kind: "systemd",
    name: unit,
    path: join(configHome, "systemd/user", unit),
    text: systemdUnit(service),
    start: [{ argv: ctl("daemon-reload") }, { argv: ctl("enable", unit) }, { argv: ctl("restart", unit) }],
    stop: [{ argv: ctl("disable", "--now", unit), mayFail: true }],
    halt: [{ argv: ctl("stop", unit) }],
    look: ctl("is-active", unit),
  };
}

function launchd(service: Service, home: string): Manager {
  const label = launchdLabel(service);
  const path = join(home, "Library/LaunchAgents", `${label}.plist`);
  const domain = `gui/${process.getuid?.() ?? 0}`;
  const bootout: Step = { argv: ["launchctl", "bootout", `${domain}/${label}`], mayFail: true };
  return {
    kind: "launchd",
    name: label,
    path,
    text: launchdPlist(service),
    start: [bootout, { argv: ["launchctl", "bootstrap", domain, path] }],
    stop: [bootout],
    halt: [bootout],
    look: ["launchctl", "print", `${domain}/${label}`],
  };
}

/** True when our file exists. Throws (exit 1) when looop did not write it. */
export function isInstalled({ files }: App, { path }: Manager): boolean {
  const text = files.read(path);
  if (text === undefined) return false;
  if (text.includes(WRITTEN_BY)) return true;
  throw new LooopError({
    message: `Cannot use ${path}: it was not written by looop`,
    hint: "Read it, and move it away if you do not need it",
    exit: EXIT.failed,
  });
}

/** Returns the state of the service. */
export async function serviceState(app: App, { kind, look }: Manager): Promise<ServiceState> {
  const { code, said } = await ask(app, look);
  if (code === 0) return "running";
  // systemd calls a service so while it waits for its next start.
  return kind === "systemd" && said === "activating" ? "restarting" : "stopped";
}

/** Runs the steps. Throws (exit 1) with the output of a command that failed and must not. */
export async function carryOut(app: App, steps: readonly Step[]): Promise<void> {
  for (const { argv, mayFail = false } of steps) {
    const { code, said } = await ask(app, argv);
    if (code === 0 || mayFail) continue;
    throw new LooopError({
      message: `Cannot set up the service: \`${argv.join(" ")}\` failed${said === "" ? "" : `: ${plainLine(said)}`}`,
      hint: "Without a session of the user's own (su, a container) systemd has no user manager: log in properly",
      exit: EXIT.failed,
    });
  }
}

/** Returns the output and the exit code of a command. */
export async function ask(app: App, argv: readonly string[]): Promise<{ code: number | undefined; said: string }> {
  const pieces: Uint8Array[] = [];
  const proc = await app.proc();
  const onOutput = (bytes: Uint8Array) => void pieces.push(bytes.slice());
  const { code } = await proc.run({ argv, cwd: app.cwd, env: app.env, timeoutMs: ANSWER_MS, onOutput });
  return { code, said: utf8(Buffer.concat(pieces)).trim() };
}

/** Returns a warning for each thing on this machine that still ends the pulse or workers. */
export async function serviceWarnings(app: App, { kind }: Manager): Promise<string[]> {
  if (kind === "launchd")
    return ["A launchd agent runs while you are logged in: it begins at login, and ends at logout."];
  return [...((await lingers(app)) ? [] : LINGER), ...((await killsAtLogout(app)) ? KILLS : [])];
}

const LINGER = [
  "Your account does not linger: soon after you log out systemd ends the pulse and the workers it started; it starts the",
  "pulse again when you log in. To keep both up across logout, and the pulse from boot on, once: loginctl enable-linger",
];

const KILLS = [
  "Logging out here ends what you started in that login, lingering or not (KillUserProcesses=yes): your own workers, not",
  "the service's. To keep one running: systemd-run --user --scope looop start-session ...",
];

/** True when systemd keeps the person's processes after logout, and where that is unknown. */
async function lingers(app: App): Promise<boolean> {
  if (!(await isOnPath(app, "loginctl"))) return true;
  const uid = `${process.getuid?.() ?? 0}`;
  return (await ask(app, ["loginctl", "show-user", uid, "--property=Linger", "--value"])).said === "yes";
}

async function killsAtLogout(app: App): Promise<boolean> {
  if (!(await isOnPath(app, "busctl"))) return false;
  const where = ["org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"];
  return (await ask(app, ["busctl", "get-property", ...where, "KillUserProcesses"])).said === "b true";
}
