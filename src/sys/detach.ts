import type { ChildProcess } from "node:child_process";
import process from "node:process";
import { utf8 } from "../core/text.ts";
import { clock } from "./clock.ts";
import { systemError } from "./errno.ts";
import type { Detach } from "./sys.ts";

// Not imported: then a build would carry Bun's own bytecode for it, 0.4 MB (docs/decisions/0004).
const { spawn } = process.getBuiltinModule("node:child_process");

/** Longest first line that is waited for, in bytes. */
const LINE_BYTES = 65_536;

/**
 * Starts a program that outlives this one: own session and group, so that no signal of our terminal reaches it; null
 * stdin; stdout and stderr are one pipe that we read only until its first line has come.
 */
export const detach: Detach = async ({ argv: [program = "", ...args], cwd, env }) => {
  const child = spawn(program, args, { cwd, env: { ...env }, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  await new Promise<void>((done, fail) => {
    child.once("spawn", () => done());
    child.once("error", (error) => fail(systemError(error, "start", program)));
  });
  return { pid: child.pid ?? 0, firstLine: (limitMs) => firstLine(child, limitMs) };
};

async function firstLine(child: ChildProcess, limitMs: number): Promise<string> {
  const pieces: Buffer[] = [];
  const text = () => utf8(Buffer.concat(pieces));
  const stop = new AbortController();
  const came = new Promise<void>((done) => {
    const onData = (piece: Buffer) => {
      pieces.push(piece);
      if (piece.includes(0x0a) || Buffer.concat(pieces).length > LINE_BYTES) done();
    };
    child.stdout?.on("data", onData);
    child.stderr?.on("data", onData);
    child.once("close", () => done());
  });
  await Promise.race([came, clock.sleep(limitMs, stop.signal)]);
  stop.abort();
  child.stdout?.destroy();
  child.stderr?.destroy();
  // It is no longer ours to wait for.
  child.unref();
  return text();
}
