import process from "node:process";
import type { Readable } from "node:stream";
import { errnoCode } from "../errno.ts";
import type { Child, StartChild } from "./child.ts";

// Not imported: then the binary, which never comes here, would carry Bun's bytecode for it, 0.4 MB (docs/decisions/0004).
const { spawn } = process.getBuiltinModule("node:child_process");

/** Starts a program through Node's interface. */
export const start: StartChild = async ({ argv: [program = "", ...args], cwd, env, onStart }, stdin) => {
  const child = spawn(program, args, {
    cwd,
    env: { ...env },
    detached: true,
    stdio: [stdin ?? "ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) onStart?.(child.pid);
  await new Promise<void>((done, fail) => child.once("spawn", done).once("error", fail));
  const ended = new Promise<Awaited<Child["ended"]>>((done) => {
    child.once("exit", (code, signal) => done({ code: code ?? undefined, signal: signal ?? undefined }));
  });
  // The exit code of a program that stopped reading says more.
  child.stdin?.on("error", (error) => {
    if (errnoCode(error) !== "EPIPE") throw error;
  });
  const pipes = { stdout: child.stdout as Readable, stderr: child.stderr as Readable };
  return {
    pid: child.pid ?? 0,
    ended,
    read: async (take) => {
      const closed = Object.entries(pipes).map(([from, pipe]) => {
        pipe.on("data", (bytes: Uint8Array) => take(bytes, from === "stdout" ? "stdout" : "stderr"));
        return new Promise<void>((done) => pipe.once("close", () => done()));
      });
      await Promise.all(closed);
    },
    give: (text) => void child.stdin?.end(text),
    kill: () => void child.kill("SIGKILL"),
    letGo: () => {
      child.stdin?.destroy();
      for (const pipe of Object.values(pipes)) pipe.destroy();
      child.unref();
    },
  };
};
