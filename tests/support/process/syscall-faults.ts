/** Faults at exact points: strace(1) counts a program's file operations, and kills it or fails it at the one we name. Linux. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Profile } from "../program/profile.ts";
import { PROGRAM } from "../program/program.ts";
import { type Outcome, run } from "../program/run.ts";

/** The system calls that change files. */
const CHANGES = [
  ...["openat", "write", "pwrite64", "fsync", "rename", "renameat", "renameat2", "link", "linkat"],
  ...["symlink", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "ftruncate", "fchmod", "chmod", "utimensat"],
];

/** One file operation on the data folder: the `at`-th call of that name by the program's main thread. */
export interface Operation {
  readonly call: string;
  readonly at: number;
  /** The line of strace. */
  readonly text: string;
}

/** A fault at an operation: SIGKILL before the call, or this error in place of the call. */
export type Fault = { readonly kind: "kill" } | { readonly kind: "error"; readonly errno: string };

/** Traces only the main thread, which does all file operations of looop, and no threads of the runtime or children. */
function words(trace: string, args: readonly string[], more: readonly string[] = []): string[] {
  return ["strace", "-qq", "-y", "-o", trace, "-e", `trace=${CHANGES.join(",")}`, ...more, ...PROGRAM, ...args];
}

/** Runs the program once without a fault, and returns its operations that change the data folder, in their order. */
export function traceOperations(me: Profile, args: readonly string[], env = {}): { done: Outcome; calls: Operation[] } {
  const trace = join(me.home, "trace");
  const done = run(words(trace, args), { env: { ...me.env, ...env }, cwd: me.home });
  return { done, calls: parse(me, readFileSync(trace, "utf8")) };
}

function parse(me: Profile, trace: string): Operation[] {
  const counts = new Map<string, number>();
  return trace.split("\n").flatMap((text) => {
    const call = /^(\w+)\(/.exec(text)?.[1];
    if (call === undefined) return [];
    const at = (counts.get(call) ?? 0) + 1;
    counts.set(call, at);
    return text.includes(`${me.data}/`) && !/^openat\(.*O_(RDONLY|PATH)/.test(text) ? [{ call, at, text }] : [];
  });
}

/** Runs the program with a fault at that operation. `hit` is true when the fault happened. */
export function runWithFault(me: Profile, args: readonly string[], { call, at }: Operation, blow: Fault, env = {}) {
  const trace = join(me.home, "trace");
  const what = blow.kind === "kill" ? "signal=KILL" : `error=${blow.errno}`;
  const inject = ["-e", `inject=${call}:${what}:when=${at}`];
  const done = run(words(trace, args, inject), { env: { ...me.env, ...env }, cwd: me.home });
  const text = readFileSync(trace, "utf8");
  const line = text
    .split("\n")
    .find((it) => it.includes(blow.kind === "kill" ? "+++ killed by SIGKILL" : "(INJECTED)"));
  const hit = blow.kind === "kill" ? done.exit === "SIGKILL" : line?.includes(`${me.data}/`) === true;
  return { ...done, hit, line: line ?? "" };
}
