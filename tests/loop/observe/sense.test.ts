import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { EXIT, LooopError } from "../../../src/core/error.ts";
import { utf8 } from "../../../src/core/text.ts";
import type { LoopDeps } from "../../../src/loop/context/context.ts";
import { sense } from "../../../src/loop/observe/sense.ts";
import { fakeLoop } from "../../fakes/loop-context.ts";
import { fakeProc, type Scripted } from "../../fakes/proc.ts";

/** A loop with these sensor scripts, all of which end as `ending` says. */
function sensors(scripts: Record<string, string>, ending: Scripted = {}, over: Partial<LoopDeps> = {}) {
  const proc = fakeProc(() => ending);
  const context = fakeLoop({ proc, ...over });
  for (const [file, text] of Object.entries(scripts))
    context.files.write(join(context.paths.sensors, file), text, 0o700);
  const readings = () => context.worldStore.readings().map(({ id, bytes }) => [id, utf8(bytes)]);
  return { context, proc, readings };
}

describe("sense()", () => {
  test("returns each sensor with the digest its script had before it ran", async () => {
    const proc = fakeProc(() => {
      context.files.write(join(context.paths.sensors, "ci.sh"), "another script", 0o700);
      return { stdout: "{}" };
    });
    const { context } = sensors({ "ci.sh": "a script" }, {}, { proc });

    expect(await sense(context)).toEqual([
      { name: "ci", file: "ci.sh", step: "run", digest: context.sha256("a script") },
    ]);
  });

  test("publishes what a sensor printed", async () => {
    const { context, readings } = sensors({ "ci.sh": "" }, { stdout: '{"signal":1}' });
    await sense(context);

    expect(readings()).toEqual([["ci", '{"signal":1}']]);
  });

  test("marks its children as sensors, so that they cannot speak for the person", async () => {
    const { context, proc } = sensors({ "ci.sh": "" });
    await sense(context);

    expect(proc.ran[0]?.env).toMatchObject({ LOOOP_COST_KIND: "sensor" });
  });

  test("keeps a young reading of a sensor with an interval, and still returns its digest", async () => {
    const { context, proc } = sensors({ "ci.sh": "# looop:interval=600\n" }, { stdout: "{}" });
    const clock = { ...context.clock, now: () => Date.now() + 1_000 };
    await sense({ ...context, clock });
    const again = await sense({ ...context, clock });

    expect(proc.ran).toHaveLength(1);
    expect(again.map(({ step, digest }) => [step, digest.length])).toEqual([["keep", 64]]);
  });

  test("refuses a script that is not executable, with a reading that says so", async () => {
    const { context, proc, readings } = sensors({});
    context.files.write(join(context.paths.sensors, "ci.sh"), "");
    await sense(context);

    expect([proc.ran.length, readings()[0]?.[1]]).toEqual([0, expect.stringContaining("not executable")]);
  });

  test("reads no other file in the folder of sensors: it may be of any size", async () => {
    const { context } = sensors({});
    context.files.write(join(context.paths.sensors, "cache.json"), "{}");

    expect(await sense(context)).toEqual([]);
  });

  test("logs a sensor that fails, and goes on", async () => {
    const { context } = sensors({ "a.sh": "", "b.sh": "" }, { code: 3 });

    expect(await sense(context)).toHaveLength(2);
    expect(context.said()).toContain("✗ sensor a: failed with exit code 3");
    expect(context.said()).toContain("✗ sensor b: failed with exit code 3");
  });

  test("gives a sensor that cannot be started a reading of its error", async () => {
    const error = new LooopError({ message: "Cannot start it", hint: "Mend it", exit: EXIT.failed });
    const proc = fakeProc(() => {
      throw error;
    });
    const { context, readings } = sensors({ "ci.sh": "" }, {}, { proc });
    await sense(context);

    expect(readings()[0]?.[1]).toContain("Cannot start it");
  });

  test("lets a bug in one sensor's run escape once the others have ended", async () => {
    const proc = fakeProc(({ argv }) => {
      if (argv[0]?.endsWith("a.sh")) throw new TypeError("a bug");
      return { stdout: "{}" };
    });
    const { context, readings } = sensors({ "a.sh": "", "b.sh": "" }, {}, { proc });

    await expect(sense(context)).rejects.toThrow("a bug");
    expect(readings().map(([id]) => id)).toEqual(["b"]);
  });

  test("removes the reading of a sensor that is gone", async () => {
    const { context, readings } = sensors({ "ci.sh": "" }, { stdout: "{}" });
    await sense(context);
    context.files.remove(join(context.paths.sensors, "ci.sh"));
    await sense(context);

    expect(readings()).toEqual([]);
  });
});
