/**
 * A power cut on a disk that keeps only what was synced. strace(1) records the program's file operations; this
 * replays them up to any point, and keeps a random part of what was never synced. Linux.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Profile } from "../program/profile.ts";
import { PROGRAM } from "../program/program.ts";
import { run } from "../program/run.ts";
import type { Chance } from "./count-faults.ts";
import { filesIn } from "./invariants.ts";

const TRACED = "openat,write,pwrite64,fsync,rename,link,unlink,unlinkat,ftruncate";

/** A file as the program sees it, and as the disk has it. */
interface Inode {
  now: Buffer;
  synced: Buffer;
  readonly mode: number;
}

type Names = Map<string, Inode>;

/** One change of a folder, which a power cut may take back with all that came later. */
type NameChange = (names: Names) => void;

/** One traced call. */
interface Step {
  readonly call: string;
  readonly args: readonly string[];
  readonly flags: string;
}

/** Runs the program, which changes the files under `data`, and returns its operations on them, in order. */
export function traceSteps(me: Profile, args: readonly string[], env = {}): Step[] {
  const trace = join(me.home, "trace");
  const words = ["strace", "-qq", "-y", "-xx", "-s", "10000000", "-o", trace, "-e", `trace=${TRACED}`];
  run([...words, ...PROGRAM, ...args], { env: { ...me.env, ...env }, cwd: me.home });
  return readFileSync(trace, "latin1")
    .split("\n")
    .flatMap((line) => stepOf(line));
}

function stepOf(line: string): Step[] {
  const match = /^(\w+)\((.*)\) += (-?\d+)/.exec(line);
  if (match === null || match[3]?.startsWith("-") === true) return [];
  const [, call = "", inside = ""] = match;
  const args = [...inside.matchAll(/[<"]((?:\\x[0-9a-f]{2})*)[>"]/g)].map(([, hex = ""]) =>
    bytes(hex).toString("latin1"),
  );
  return [{ call, args, flags: inside.replaceAll(/["<].*?[">]/g, "") }];
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll("\\x", ""), "hex");
}

/** A disk with what is under `root` on it, all of it synced. */
export class Disk {
  readonly #root: string;
  readonly #names: Names = new Map();
  #kept: Names;
  #pending: NameChange[] = [];
  /** Every whole content that a file has had. */
  readonly versions = new Map<string, Set<string>>();

  constructor(root: string) {
    this.#root = root;
    for (const path of filesIn(root)) {
      const at = join(root, path);
      if (!statSync(at).isFile()) continue;
      const content = readFileSync(at);
      this.#names.set(at, { now: content, synced: content, mode: statSync(at).mode & 0o777 });
      this.#seen(at, content);
    }
    this.#kept = new Map(this.#names);
  }

  do({ call, args, flags }: Step): void {
    switch (call) {
      case "openat":
        return this.#open(args[1] ?? "", flags);
      case "write":
      case "pwrite64":
        return this.#write(args[0] ?? "", Buffer.from(args[1] ?? "", "latin1"));
      case "fsync":
        return this.#sync(args[0] ?? "");
      case "rename":
      case "link":
        return this.#move(args[0] ?? "", args[1] ?? "", call === "rename");
      case "unlink":
        return this.#change((names) => names.delete(args[0] ?? ""));
      case "unlinkat":
        return this.#change((names) => names.delete(join(args[0] ?? "", args[1] ?? "")));
    }
  }

  /** Writes under `root` the files that a power cut at this point leaves. */
  cut(root: string, chance: Chance): void {
    const names = new Map(this.#kept);
    for (const change of this.#pending.slice(0, chance.below(this.#pending.length + 1))) change(names);
    rmSync(root, { recursive: true, force: true });
    for (const [path, inode] of names) {
      const to = join(root, path.slice(this.#root.length));
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      writeFileSync(to, left(inode, chance), { mode: inode.mode });
    }
  }

  #change(change: NameChange): void {
    change(this.#names);
    this.#pending.push(change);
  }

  #open(path: string, flags: string): void {
    if (!path.startsWith(this.#root)) return;
    const known = this.#names.get(path);
    if (known !== undefined && flags.includes("O_TRUNC")) known.now = Buffer.alloc(0);
    if (known !== undefined || !flags.includes("O_CREAT")) return;
    const made = {
      now: Buffer.alloc(0),
      synced: Buffer.alloc(0),
      mode: Number.parseInt(/0(\d+)$/.exec(flags)?.[1] ?? "600", 8),
    };
    this.#change((names) => names.set(path, made));
  }

  #write(path: string, content: Buffer): void {
    const inode = this.#names.get(path);
    if (inode !== undefined) inode.now = Buffer.concat([inode.now, content]);
  }

  #sync(path: string): void {
    const inode = this.#names.get(path);
    if (inode !== undefined) inode.synced = inode.now;
    // A folder: its names are on the disk, and with them those that changed before.
    else if (path.startsWith(this.#root)) {
      for (const change of this.#pending) change(this.#kept);
      this.#pending = [];
    }
  }

  #move(from: string, to: string, isGone: boolean): void {
    const inode = this.#names.get(from);
    if (inode === undefined) return;
    this.#seen(to, inode.now);
    this.#change((names) => {
      names.set(to, inode);
      if (isGone) names.delete(from);
    });
  }

  #seen(path: string, content: Buffer): void {
    const known = this.versions.get(path.slice(this.#root.length + 1)) ?? new Set<string>();
    this.versions.set(path.slice(this.#root.length + 1), known.add(content.toString("latin1")));
  }
}

/** Returns the synced content with nothing, all or a part of what was written since, or with zeros in place of a part. */
function left({ now, synced }: Inode, chance: Chance): Buffer {
  if (!now.subarray(0, synced.length).equals(synced)) return chance.pick([synced, now]);
  const [one, other] = [between(synced.length, now.length, chance), between(synced.length, now.length, chance)];
  return chance.pick([
    synced,
    now,
    now.subarray(0, one),
    // The size is on the disk before the content, as ext4 and XFS may leave it.
    zeroed(now, synced.length, now.length),
    zeroed(now, Math.min(one, other), Math.max(one, other)),
  ]);
}

function between(from: number, to: number, chance: Chance): number {
  return from + chance.below(to - from + 1);
}

function zeroed(content: Buffer, from: number, to: number): Buffer {
  return Buffer.from(content).fill(0, from, to);
}
