/** Prints one JSON line: how bun-pty's library behaves on the runtime that runs this. Usage: (bun | deno run -A) <this> <folder> */
import process from "node:process";
import { ENDED, type PtyLibrary } from "../../../src/sys/pty/pty-library.ts";
import { waitFor } from "../program/wait-for.ts";

const runtime = process.versions["deno"] === undefined ? "bun" : "deno";
const { openLibrary } =
  runtime === "bun"
    ? await import("../../../src/sys/pty/pty-bun.ts")
    : await import("../../../src/sys/pty/pty-deno.ts");
const library = await openLibrary([process.argv[2] ?? "/nonexistent"]);

const found = {
  exit: await run(library, "sh -c 'printf hi; exit 7'"),
  bytes: await run(library, `sh -c 'stty raw; printf "\\000\\377\\033"'`),
  signal: await run(library, "sh -c 'kill -TERM $$'"),
  shellSaysSignal: (await run(library, `sh -c 'sh -c "kill -TERM \\$\\$"; exit $?'`)).code,
  missingFolder:
    (await run(library, "pwd", "/nonexistent")).output.trim() ===
    Buffer.from(process.env["HOME"] ?? "").toString("latin1"),
  missingCommand: library.spawn("/nonexistent/x", "/", 80, 24),
  badHandle: [library.read(99, new Uint8Array(1)), library.pid(99), library.exitCode(99), library.resize(99, 1, 1)],
};
process.stdout.write(`${JSON.stringify(found)}\n`);
process.exit(0);

async function run(from: PtyLibrary, commandLine: string, cwd = "/"): Promise<{ output: string; code: number }> {
  const handle = from.spawn(commandLine, cwd, 80, 24);
  const buffer = new Uint8Array(65_536);
  let output = "";
  await waitFor("the end of output", () => {
    const got = from.read(handle, buffer);
    if (got > 0) output += Buffer.from(buffer.subarray(0, got)).toString("latin1");
    return got === ENDED;
  });
  const code = from.exitCode(handle);
  from.close(handle);
  return { output, code };
}
