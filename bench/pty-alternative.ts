/**
 * `Bun.Terminal` behind looop's PTY interface (ADR 0003), compared with the library that looop uses: an idle terminal, and
 * a flood. A prototype for this comparison only: it has no limit on input and does not wait for output of background
 * children. Usage: bun run bench pty-alternative (measures both, each in its own process)
 */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { processes } from "../src/sys/process/identity.ts";
import { openPtys } from "../src/sys/pty/pty.ts";
import type { Pty, PtyCommand, Ptys } from "../src/sys/tty.ts";
import { BUN } from "../tools/project.ts";
import { machine, print } from "./harness.ts";
import { cpuMs, residentMb } from "./session.ts";

const IDLE_MS = 20_000;
const FLOOD = ["sh", "-c", "sleep 2; exec head -c 1000000000 /dev/zero"];

/** The same interface on `Bun.Terminal`: no polling, and an exit by signal n is reported as 128 + n. */
const alternative: Ptys = {
  open({ argv, cwd, size, onOutput, onExit, onDrain }: PtyCommand): Pty {
    const child = Bun.spawn([...argv], {
      cwd,
      terminal: { ...size, data: (_terminal, bytes) => onOutput(bytes), drain: () => onDrain?.() },
    });
    void child.exited.then((code) => onExit(code));
    const { terminal } = child;
    if (terminal === undefined) throw new Error("Cannot measure: Bun.spawn gave no terminal");
    return {
      pid: child.pid,
      identity: processes.identify(child.pid),
      write: (bytes) => terminal.write(bytes),
      resize: ({ cols, rows }) => terminal.resize(cols, rows),
      unread: () => ({ queuedBytes: 0, isHeld: undefined }),
      hurry() {},
      close: () => terminal.close(),
    };
  },
};

const [which, folder = ""] = process.argv.slice(2);
if (which === undefined) await compare();
else await hold(which === "ours" ? await openPtys([join(folder, "lib")]) : alternative, folder);

/** The measured process: it runs an idle program, then on request a flood that it writes to a file. */
async function hold(ptys: Ptys, where: string): Promise<void> {
  const size = { cols: 80, rows: 24 };
  const idle = ptys.open({
    argv: ["sh", "-c", "echo hi; exec sleep 1000"],
    cwd: "/",
    size,
    onOutput() {},
    onExit() {},
  });
  process.stdout.write("idle\n");
  await new Promise((done) => process.stdin.once("data", done));
  const log = openSync(join(where, "log"), "w");
  const beganMs = performance.now();
  await new Promise<void>((done) => {
    ptys.open({ argv: FLOOD, cwd: "/", size, onOutput: (bytes) => void writeSync(log, bytes), onExit: () => done() });
  });
  closeSync(log);
  process.stdout.write(`${performance.now() - beganMs - 2_000}\n`);
  process.kill(idle.pid, "SIGKILL");
  await new Promise((done) => process.stdin.once("data", done));
  process.exit(0);
}

async function compare(): Promise<void> {
  const lines: string[] = [];
  for (const [name, kind] of [
    ["bun-pty's library, read by us", "ours"],
    ["`Bun.Terminal`", "theirs"],
  ] as const) {
    lines.push(`| ${name} | ${(await measured(kind)).join(" | ")} |`);
  }
  const head = ["| | idle, % of a core | resident MB | 1 GB flood, s | peak MB |", "|---|---|---|---|---|"];
  print(["### Terminals behind the interface", "", `${machine()}, from source.`, "", ...head, ...lines, ""]);
}

async function measured(kind: string): Promise<string[]> {
  const where = mkdtempSync(join(tmpdir(), "looop-pty-"));
  const child = spawn(BUN, [import.meta.path, kind, where], { stdio: ["pipe", "pipe", "inherit"] });
  const line = () =>
    new Promise<string>((done) => child.stdout.once("data", (bytes: Buffer) => done(bytes.toString())));
  const pid = child.pid ?? 0;
  try {
    await line();
    await new Promise((done) => setTimeout(done, 3_000));
    const before = cpuMs(pid);
    await new Promise((done) => setTimeout(done, IDLE_MS));
    const cpu = ((cpuMs(pid) - before) / IDLE_MS) * 100;
    const resident = residentMb(pid, "VmRSS") ?? 0;
    child.stdin.write("go\n");
    const seconds = Number(await line()) / 1_000;
    return [cpu.toFixed(2), resident.toFixed(1), seconds.toFixed(1), (residentMb(pid, "VmHWM") ?? 0).toFixed(1)];
  } finally {
    child.stdin.end("go\n");
    rmSync(where, { recursive: true });
  }
}
