import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detach } from "../../../src/sys/process/detach.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const ENV = { PATH: "/usr/bin:/bin" };

test("the output of a program that ended before it was read is not lost", async () => {
  const folder = mkdtempSync(join(tmpdir(), "looop-detach-"));
  try {
    const done = join(folder, "done");
    const child = await detach({ argv: ["sh", "-c", `echo why; touch ${done}`], cwd: folder, env: ENV });
    await waitFor("its end", () => existsSync(done));
    expect(await child.firstLine(5_000)).toBe("why\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a program gets all of a long text, and its end", async () => {
  const child = await detach({ argv: ["sh", "-c", "wc -c"], cwd: "/", env: ENV });
  child.give("x".repeat(1_000_000));
  expect((await child.firstLine(5_000)).trim()).toBe("1000000");
});

test("a program that gets no text reads the end of stdin on release", async () => {
  const folder = mkdtempSync(join(tmpdir(), "looop-detach-"));
  try {
    const ended = join(folder, "ended");
    const child = await detach({ argv: ["sh", "-c", `cat >/dev/null; touch ${ended}`], cwd: folder, env: ENV });
    child.letGo();
    await waitFor("its end", () => existsSync(ended));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
