import { errnoCode } from "../errno.ts";
import type { Command } from "../sys.ts";
import type { Child, StartChild } from "./child.ts";

/** Starts a program through Bun. */
export const start: StartChild = async ({ argv, cwd, env, onStart }, stdin) => {
  const child = Bun.spawn([...argv], {
    cwd,
    env: { ...env },
    detached: true,
    stdio: [stdin ?? "ignore", "pipe", "pipe"],
  });
  onStart?.(child.pid);
  const stdinPipe = typeof child.stdin === "object" ? child.stdin : undefined;
  const readers = { stdout: child.stdout.getReader(), stderr: child.stderr.getReader() };
  return {
    pid: child.pid,
    ended: child.exited.then(() => {
      const { exitCode, signalCode } = child;
      return { code: exitCode ?? undefined, signal: signalCode === null ? undefined : String(signalCode) };
    }),
    read: async (take) => {
      await Promise.all([pump(readers.stdout, "stdout", take), pump(readers.stderr, "stderr", take)]);
    },
    give: (text) => {
      stdinPipe?.write(text);
      void closed(stdinPipe);
    },
    kill: () => child.kill("SIGKILL"),
    letGo: () => {
      void closed(stdinPipe);
      stdinPipe?.unref();
      for (const reader of Object.values(readers)) reader.cancel();
      child.unref();
    },
  } satisfies Child;
};

/** Closes stdin once everything is written. EPIPE is ignored: the exit code of a program that stopped reading says more. */
async function closed(pipe: Bun.FileSink | undefined): Promise<void> {
  try {
    await pipe?.end();
  } catch (error) {
    if (errnoCode(error) !== "EPIPE") throw error;
  }
}

interface Reader {
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
}

async function pump(reader: Reader, from: "stdout" | "stderr", take: NonNullable<Command["onOutput"]>): Promise<void> {
  for (let piece = await reader.read(); piece.value !== undefined; piece = await reader.read()) take(piece.value, from);
}
