import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { bytesOf, utf8 } from "../../../src/core/text.ts";
import { openPtys } from "../../../src/sys/pty/pty.ts";
import { openLibrary } from "../../../src/sys/pty/pty-bun.ts";
import { INPUT_QUEUE_BYTES } from "../../../src/sys/pty/pty-input.ts";
import { ENDED, type PtyLibrary } from "../../../src/sys/pty/pty-library.ts";
import type { Pty } from "../../../src/sys/tty.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const folder = mkdtempSync(join(tmpdir(), "looop-pty-"));
writeFileSync(join(folder, "orphan"), "#!/nonexistent/sh\n", { mode: 0o755 });
const library = await openLibrary([folder]);
const ptys = await openPtys([folder]);
afterAll(() => rmSync(folder, { recursive: true }));

describe("bun-pty's native library (its symbols and behaviour)", () => {
  test("exit code and output of a child that exits", async () => {
    expect(await whole(library, "sh -c 'printf hi; exit 7'")).toEqual({ output: "hi", code: 7 });
  });

  test("a child that dies by a signal looks like exit 1, unless a shell reports it", async () => {
    expect((await whole(library, "sh -c 'kill -TERM $$'")).code).toBe(1);
    expect((await whole(library, `sh -c 'sh -c "kill -TERM \\$\\$"; exit $?'`)).code).toBe(143);
  });

  test("a missing folder silently becomes HOME", async () => {
    // It ends once it was heard: the library may lose what a program says in its last moment.
    const handle = library.spawn("sh -c 'pwd; read x'", "/nonexistent", 80, 24);
    const buffer = new Uint8Array(4_096);
    const said = await waitFor("the folder", () => {
      const got = library.read(handle, buffer);
      return got > 0 && utf8(buffer.subarray(0, got));
    });
    expect(said.trim()).toBe(process.env["HOME"] ?? "");
    library.write(handle, new TextEncoder().encode("\n"));
    await readAll(library, handle);
    library.close(handle);
  });

  test("a missing command is -1, without a reason", () => {
    expect(library.spawn("/nonexistent/x", "/", 80, 24)).toBe(-1);
  });

  test("resize reaches the child, zero is refused", async () => {
    const handle = library.spawn("sh -c 'read x; stty size'", "/", 80, 24);
    expect([library.resize(handle, 100, 40), library.resize(handle, 0, 5)]).toEqual([0, -1]);
    library.write(handle, new TextEncoder().encode("\n"));
    expect(await readAll(library, handle)).toContain("40 100");
  });

  test("output of a background child after the end is lost", async () => {
    const handle = library.spawn("sh -c 'trap \"\" HUP; (sleep 0.2; echo late) & echo now'", "/", 80, 24);
    expect(await readAll(library, handle)).toBe("now\r\n");
    expect(library.read(handle, new Uint8Array(100))).toBe(ENDED);
    library.close(handle);
  });

  test("a bad handle is -1 everywhere", () => {
    const bytes = new Uint8Array(1);
    const answers = [library.read(99, bytes), library.write(99, bytes), library.pid(99), library.exitCode(99)];
    expect(answers).toEqual([-1, -1, -1, -1]);
  });
});

describe("open()", () => {
  test("delivers every byte unchanged, then the exit code", async () => {
    const run = start(["sh", "-c", String.raw`stty raw; printf '\000\377\376\200\033[31m'; exit 5`]);
    expect(await run.code).toBe(5);
    expect([...run.bytes()]).toEqual([0, 0xff, 0xfe, 0x80, 0x1b, 0x5b, 0x33, 0x31, 0x6d]);
  });

  test("reads what a background child still writes within the settling time", async () => {
    const run = start(["sh", "-c", "trap '' HUP; (sleep 0.2; echo late) & echo now"]);
    expect(await run.code).toBe(0);
    expect(run.text()).toBe("now\r\nlate\r\n");
  });

  test("ends even when a background child keeps the terminal", async () => {
    const run = start(["sh", "-c", "trap '' HUP; sleep 600 & echo $!"]);
    expect(await run.code).toBe(0);
    process.kill(Number(run.text()), "SIGKILL");
  });

  test("never loses the end of a flood", async () => {
    const run = start(["sh", "-c", "head -c 20000000 /dev/zero; printf END"]);
    await run.code;
    expect([run.bytes().length, run.text().slice(-3)]).toEqual([20_000_003, "END"]);
  });

  test("leaves unread output in the kernel: the program waits, our memory does not grow", async () => {
    const run = start(["sh", "-c", "stty raw -echo; printf ready; read x; exec head -c 300000000 /dev/zero"]);
    await waitFor("the program", () => run.text() === "ready");
    run.pty.write(bytesOf("\n"));
    await waitFor("the flood", () => run.bytes().length > 5);
    const before = process.memoryUsage.rss();
    // A disk that stops, or a machine too busy for us: the library's reader would queue a hundred megabytes meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    expect(process.memoryUsage.rss() - before).toBeLessThan(20_000_000);
    process.kill(run.pty.pid, "SIGKILL");
    await run.code;
  });

  test("closes the terminal and its descriptors", async () => {
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const one = async () => expect(await start(["sh", "-c", "echo x"]).code).toBe(0);
    await one();
    const before = await waitFor("the first one's end", () => descriptors());
    for (let round = 0; round < 5; round++) await one();
    await waitFor("as many descriptors as before", () => descriptors() <= before);
  });

  test("takes only as much input as fits while the program does not read", async () => {
    const run = start(["sh", "-c", "stty raw -echo; printf ready; exec sleep 600"]);
    await waitFor("the program", () => run.text() === "ready");
    const startMs = performance.now();
    expect(run.pty.write(new Uint8Array(2 * INPUT_QUEUE_BYTES))).toBe(INPUT_QUEUE_BYTES);
    expect(run.pty.write(new Uint8Array(10))).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(500);
    process.kill(run.pty.pid, "SIGKILL");
    await run.code;
  });

  test("delivers all input to a program that reads", async () => {
    const run = start(["sh", "-c", "stty raw -echo; printf ready; head -c 1000000 | wc -c"]);
    await waitFor("the program", () => run.text() === "ready");
    expect(run.pty.write(new Uint8Array(1_000_000))).toBe(1_000_000);
    await run.code;
    expect(run.text()).toMatch(/^ready\s*1000000/);
  });

  test("an echo comes back within a few milliseconds, also after a quiet time", async () => {
    const run = start(["sh", "-c", "stty raw -echo; printf ready; exec cat"]);
    await waitFor("the program", () => run.text() === "ready");
    const startMs = performance.now();
    run.pty.write(new TextEncoder().encode("x"));
    await waitFor("the echo", () => run.text() === "readyx");
    expect(performance.now() - startMs).toBeLessThan(50);
    process.kill(run.pty.pid, "SIGKILL");
    await run.code;
  });

  const refusals: [title: string, argv: string[], cwd: string, why: RegExp][] = [
    ["a missing command", ["no-such-command-here"], "/", /no such command/],
    ["a missing folder", ["true"], "/nonexistent", /no such file or folder/],
    ["a file as folder", ["true"], "/etc/passwd", /not a folder/],
    ["an argument with NUL", ["true", "a\0b"], "/", /NUL/],
    ["an argument beyond the kernel's limit", ["true", "a".repeat(200_000)], "/", /too long/],
    ["a script without its interpreter", [join(folder, "orphan")], "/", /interpreter .* is missing/],
  ];
  test.each(refusals)("reports why it cannot start: %s", (_title, argv, cwd, why) => {
    expect(() => ptys.open({ argv, cwd, size: { cols: 80, rows: 24 }, onOutput() {}, onExit() {} })).toThrow(why);
  });

  test("unpacks the library once, private, under the name of its hash", () => {
    const names = readdirSync(folder).filter((name) => name !== "orphan");
    expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.so$/)]);
    expect(statSync(join(folder, names[0] ?? "")).mode & 0o777).toBe(0o600);
  });
});

function start(argv: string[]) {
  const chunks: Uint8Array[] = [];
  const bytes = () => Buffer.concat(chunks);
  const end = Promise.withResolvers<number>();
  const pty: Pty = ptys.open({
    argv,
    cwd: "/",
    size: { cols: 80, rows: 24 },
    onOutput: (output) => chunks.push(output.slice()),
    onExit: (code) => {
      pty.close();
      end.resolve(code);
    },
  });
  return { pty, bytes, text: () => utf8(bytes()), code: end.promise };
}

async function whole(from: PtyLibrary, commandLine: string, cwd = "/") {
  const handle = from.spawn(commandLine, cwd, 80, 24);
  const output = await readAll(from, handle);
  const code = from.exitCode(handle);
  from.close(handle);
  return { output, code };
}

async function readAll(from: PtyLibrary, handle: number): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let output = "";
  await waitFor("the end of output", () => {
    for (let got = 1; got > 0; ) {
      got = from.read(handle, buffer);
      if (got > 0) output += utf8(buffer.subarray(0, got));
      if (got < 0) return true;
    }
    return false;
  });
  return output;
}
