/** The helpers that all other tests trust. */
import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import process from "node:process";
import { type Profile, profile } from "../support/program/profile.ts";
import { run } from "../support/program/run.ts";
import { missing } from "../support/program/skip.ts";
import { waitFor } from "../support/program/wait-for.ts";

describe("profile()", () => {
  let last: Profile | undefined;
  afterAll(() => expect(existsSync(last?.home ?? "")).toBe(false));

  test("profile() has only a PATH and empty folders, and is removed after the test", () => {
    last = profile({ path: ["/opt/x"] });

    last.command("hello", 'echo "hello from $HOME"');
    const done = run(["/usr/bin/env", "sh", "-c", "hello; env | grep -c USER"], { env: last.env, cwd: last.home });

    expect(done).toEqual({ exit: 1, stdout: `hello from ${last.home}\n0\n`, stderr: "" });
    expect(existsSync(last.data)).toBe(false);
  });
});

describe("run()", () => {
  test("run() reports a death by signal by the signal's name", () => {
    const me = profile();

    const done = run(["/bin/sh", "-c", "kill -TERM $$"], { env: me.env, cwd: me.home });

    expect(done.exit).toBe("SIGTERM");
  });
});

describe("waitFor()", () => {
  test("waitFor() returns what it found", async () => {
    let looks = 0;

    expect(await waitFor("the third look", () => ++looks === 3 && "found")).toBe("found");
  });

  test("waitFor() names what did not come, and why", async () => {
    const never = () => {
      throw new Error("not yet");
    };

    const error = await waitFor("the moon", never, 30).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ message: "Waited 30 ms for the moon", cause: { message: "not yet" } });
  });
});

describe("missing()", () => {
  const before = process.env["LOOOP_NO_SKIP"];
  afterEach(() => {
    if (before === undefined) delete process.env["LOOOP_NO_SKIP"];
    else process.env["LOOOP_NO_SKIP"] = before;
  });

  test("missing() returns the commands that are not installed as the reason of a skip", () => {
    delete process.env["LOOOP_NO_SKIP"];

    expect(missing("sh", "no-such-command")).toBe("not installed: no-such-command");
    expect(missing("sh")).toBeUndefined();
  });

  test("missing() throws with LOOOP_NO_SKIP=1, which .ci/run sets", () => {
    process.env["LOOOP_NO_SKIP"] = "1";

    expect(() => missing("sh", "no-such-command")).toThrow("Cannot skip, not installed: no-such-command");
    expect(missing("sh")).toBeUndefined();
  });
});
