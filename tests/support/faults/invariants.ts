/** Promises about a profile that hold whatever happened to looop. A check returns each broken promise in words. */
import { existsSync, lutimesSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Profile } from "../program/profile.ts";
import { PROGRAM } from "../program/program.ts";
import { run } from "../program/run.ts";
import { isOver } from "../session/foreign-sessions.ts";

/** Returns the paths of all files under `folder`, relative to it and sorted. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Returns the records that are not whole JSON, and the logs with a line that is not. */
export function tornFiles(me: Profile): string[] {
  return filesIn(me.data).flatMap((path) => {
    if (/(^|\/)(\.git|\.lib|\.memory[^/]*)\/|\.tmp$|\.sock$/.test(path)) return [];
    const text = me.read(path);
    if (text === undefined) return []; // gone since
    if (path.endsWith(".jsonl"))
      return text.split("\n").some((line) => line !== "" && !isJson(line)) ? [`torn line in ${path}`] : [];
    return path.endsWith(".json") && !isJson(text) ? [`torn file ${path}: ${JSON.stringify(text.slice(0, 60))}`] : [];
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns the temporary files that were left. */
export function temporaryFiles(me: Profile): string[] {
  // An archive of a beat goes as a whole.
  const ours = filesIn(me.data).filter((path) => path.endsWith(".tmp") && !path.startsWith("runs/"));
  return [...ours, ...filesIn(me.temp)].map((path) => `left ${path}`);
}

/** Returns the live processes that have this profile in their environment. */
export function processesOf(me: Profile): number[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      return readFileSync(`/proc/${name}/environ`, "latin1").includes(`LOOOP_DATA_DIR=${me.data}`) && !isOver(pid)
        ? [pid]
        : [];
    } catch {
      return [];
    }
  });
}

/** Returns the sockets of sessions that were left, in either place. */
export function leftSockets(me: Profile): string[] {
  const isSocket = (path: string) => statSync(path, { throwIfNoEntry: false })?.isSocket() === true;
  const far = join(me.home, ".babysit-sockets");
  const paths = [
    ...filesIn(far).map((path) => join(far, path)),
    ...filesIn(me.data).map((path) => join(me.data, path)),
  ];
  return paths.filter(isSocket).map((path) => `left the socket ${basename(path)}`);
}

/** Returns how many descriptors a process has open. */
export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Returns the resident memory of a process, in bytes. */
export function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1_024;
}

/** Runs a verb, and returns its end without checking it. */
export function runVerb(me: Profile, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return run([...PROGRAM, ...args], { env: { ...me.env, ...env }, cwd: me.home });
}

/** Returns an error text that is not one line for the failure and one for the hint. */
export function notPlain(stderr: string): string[] {
  const isPlain = /^(?:looop: [^\n]+\n {2}hint: [^\n]+\n)$/.test(stderr);
  return isPlain ? [] : [`not one plain message: ${JSON.stringify(stderr.slice(0, 400))}`];
}

/** Makes temporary files that were left look an hour old. */
export function ageLeftovers(me: Profile): void {
  const old = new Date(Date.now() - 3_700_000);
  const left = filesIn(me.data).filter((path) => /\.(tmp|taken)$/.test(path));
  for (const path of left) lutimesSync(join(me.data, path), old, old);
}

/** Runs the next beat, and returns the temporary files that it leaves, or that a lock delayed it. */
export function leftAfterBeat(me: Profile, env: Readonly<Record<string, string>> = {}): string[] {
  const { exit, stderr } = runVerb(me, ["tick"], env);
  return [...(exit === 0 ? [] : [`the next beat ended with ${exit}: ${stderr}`]), ...temporaryFiles(me)];
}
