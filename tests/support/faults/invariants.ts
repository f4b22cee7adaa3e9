/** What must hold of a profile whatever was done to looop: each function returns the promises that are broken, in words. */
import { existsSync, lutimesSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Profile } from "../program/profile.ts";
import { PROGRAM } from "../program/program.ts";
import { run } from "../program/run.ts";
import { isOver } from "../session/foreign-sessions.ts";

/** Every file under `folder`, by its path in it. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Records are whole, and logs are whole lines; the last of a log may be torn while its writer is being killed. */
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

/** Temporary files that were left. */
export function temporaryFiles(me: Profile): string[] {
  // An archive of a beat goes as a whole.
  const ours = filesIn(me.data).filter((path) => path.endsWith(".tmp") && !path.startsWith("runs/"));
  return [...ours, ...filesIn(me.temp)].map((path) => `left ${path}`);
}

/** Processes that still have this profile in their environment, but those that may. Zombies are none. */
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

/** Sockets of sessions, in either place. */
export function leftSockets(me: Profile): string[] {
  const isSocket = (path: string) => statSync(path, { throwIfNoEntry: false })?.isSocket() === true;
  const far = join(me.home, ".babysit-sockets");
  const paths = [
    ...filesIn(far).map((path) => join(far, path)),
    ...filesIn(me.data).map((path) => join(me.data, path)),
  ];
  return paths.filter(isSocket).map((path) => `left the socket ${basename(path)}`);
}

/** How many descriptors a process has open. */
export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** What a process keeps of memory, in bytes. */
export function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1_024;
}

/** Runs a verb whatever comes of it. */
export function runVerb(me: Profile, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return run([...PROGRAM, ...args], { env: { ...me.env, ...env }, cwd: me.home });
}

/** What a verb's failure must look like: one line that says what failed and why, and one that says what to do. */
export function notPlain(stderr: string): string[] {
  const isPlain = /^(?:looop: [^\n]+\n {2}hint: [^\n]+\n)$/.test(stderr);
  return isPlain ? [] : [`not one plain message: ${JSON.stringify(stderr.slice(0, 400))}`];
}

/** What was left is an hour old from here on. */
export function ageLeftovers(me: Profile): void {
  const old = new Date(Date.now() - 3_700_000);
  const left = filesIn(me.data).filter((path) => /\.(tmp|taken)$/.test(path));
  for (const path of left) lutimesSync(join(me.data, path), old, old);
}

/** The next beat leaves no temporary file, and is not held up by a lock. */
export function leftAfterBeat(me: Profile, env: Readonly<Record<string, string>> = {}): string[] {
  const { exit, stderr } = runVerb(me, ["tick"], env);
  return [...(exit === 0 ? [] : [`the next beat ended with ${exit}: ${stderr}`]), ...temporaryFiles(me)];
}
