import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { detach } from "../../../src/sys/process/detach.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const ENV = { PATH: "/usr/bin:/bin" };

test("the output of a program that ended before it was read is not lost", async () => {
  const folder = mkdtempSync(join(tmpdir(), "looop-detach-"));
  try {
    const done = join(folder, "done");
    const child = await detach({ argv: ["sh", "-c", `echo why; touch ${done}`], cwd: folder, env: ENV }, /\n/);
    await waitFor("its end", () => existsSync(done));
    expect(await child.reply(5_000)).toBe("why\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a program gets all of a long text, and its end", async () => {
  const child = await detach({ argv: ["sh", "-c", "wc -c"], cwd: "/", env: ENV }, /\n/);
  child.give("x".repeat(1_000_000));
  expect((await child.reply(5_000)).trim()).toBe("1000000");
});

test("output before the reply is part of it, and its end replaces a reply that never comes", async () => {
  const argv = (script: string) => ({ argv: ["sh", "-c", script], cwd: "/", env: ENV });
  const warned = await detach(argv("echo warning; sleep 0.05; echo ok; exec sleep 0.5"), /^ok\n/m);
  expect(await warned.reply(5_000)).toBe("warning\nok\n");
  const crashed = await detach(argv("echo crash; sleep 0.05; echo report"), /^ok\n/m);
  expect(await crashed.reply(5_000)).toBe("crash\nreport\n");
  expect(() => process.kill(crashed.pid, 0)).toThrow("ESRCH");
});

test("a program that gives no reply in time is killed", async () => {
  const child = await detach({ argv: ["sh", "-c", "echo begun; exec sleep 60"], cwd: "/", env: ENV }, /^ok\n/m);
  expect(await child.reply(100)).toBe("begun\n");
  expect(() => process.kill(child.pid, 0)).toThrow("ESRCH");
});

test("a program that gets no text reads the end of stdin on release", async () => {
  const folder = mkdtempSync(join(tmpdir(), "looop-detach-"));
  try {
    const ended = join(folder, "ended");
    const child = await detach({ argv: ["sh", "-c", `cat >/dev/null; touch ${ended}`], cwd: folder, env: ENV }, /\n/);
    child.letGo();
    await waitFor("its end", () => existsSync(ended));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
