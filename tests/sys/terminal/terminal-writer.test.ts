import { expect, onTestFinished, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { TerminalWriter } from "../../../src/sys/terminal/terminal-writer.ts";
import { waitFor } from "../../support/program/wait-for.ts";

/** A pipe in place of the terminal: both take some 64 KiB and then nothing more until they are read. */
function pipe() {
  const folder = mkdtempSync(join(tmpdir(), "looop-pipe-"));
  spawnSync("mkfifo", [join(folder, "pipe")]);
  const fd = openSync(join(folder, "pipe"), constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  const read = () => {
    const bytes = new Uint8Array(1_048_576);
    try {
      return new TextDecoder().decode(bytes.subarray(0, readSync(fd, bytes)));
    } catch {
      return "";
    }
  };
  return { fd, read };
}

test("TerminalWriter writes everything in order to a slow reader", async () => {
  const { fd, read } = pipe();
  let drained = 0;
  const writer = new TerminalWriter(fd, () => (drained += 1), expect.unreachable);
  const text = Array.from({ length: 50_000 }, (_, at) => `${at}\n`).join("");

  writer.write(new TextEncoder().encode(text));
  expect([drained, writer.queuedBytes > 0]).toEqual([0, true]);
  let all = "";
  await waitFor("the last byte", () => {
    all += read();
    return all.length === text.length;
  });

  await waitFor("the end of the queue", () => drained === 1 && writer.queuedBytes === 0);
  expect(all).toBe(text);
  writer.close();
});

test("TerminalWriter.writeInstead() drops queued bytes, and ends a cut sequence", async () => {
  const { fd, read } = pipe();
  const writer = new TerminalWriter(fd, () => undefined, expect.unreachable);
  writer.write(new TextEncoder().encode("x".repeat(1_048_576)));
  expect(writer.queuedBytes).toBeGreaterThan(0);

  writer.writeInstead("the end", read);

  expect(writer.queuedBytes).toBe(0);
  expect(read()).toBe("\x18the end");
  writer.close();
});

test("TerminalWriter.writeInstead() cuts nothing when nothing is queued", () => {
  const { fd, read } = pipe();
  const writer = new TerminalWriter(fd, () => undefined, expect.unreachable);
  writer.write(new TextEncoder().encode("all of it "));

  writer.writeInstead("the end", expect.unreachable);

  expect(read()).toBe("all of it the end");
  writer.close();
});
