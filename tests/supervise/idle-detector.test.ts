import { expect, test } from "bun:test";
import { IdleDetector } from "../../src/supervise/idle-detector.ts";

/** Steps on demand: each `pass()` ends the sleep that is under way. */
function stepper() {
  let wake = () => {};
  let sleeps = 0;
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: () => {
      sleeps += 1;
      return new Promise<void>((done) => {
        wake = done;
      });
    },
  };
  const pass = async () => {
    wake();
    await new Promise((done) => setImmediate(done));
  };
  return { clock, pass, sleeps: () => sleeps };
}

test("IdleDetector calls back once after the start and once after a burst, and runs no timer in between", async () => {
  const { clock, pass, sleeps } = stepper();
  let tidied = 0;
  const detector = new IdleDetector(clock, () => {
    tidied += 1;
  });
  await pass();
  expect([tidied, sleeps()]).toEqual([1, 1]);

  detector.countOutput(1_000);
  await pass();
  expect([tidied, sleeps()]).toEqual([1, 1]);

  detector.countOutput(5_000_000);
  detector.countOutput(5_000_000);
  await pass();
  expect(tidied).toBe(1);
  await pass();
  expect([tidied, sleeps()]).toEqual([2, 3]);
});

test("IdleDetector tells a watcher of quiet after each output, of busy while it prints, and runs no timer in between", async () => {
  const { clock, pass, sleeps } = stepper();
  const said: string[] = [];
  const detector = new IdleDetector(clock, () => said.push("idle"));
  detector.watch({ onQuiet: () => said.push("quiet"), onBusy: () => said.push("busy") });
  await pass();
  await pass();
  expect([said, sleeps()]).toEqual([["quiet", "idle"], 2]);

  for (let look = 0; look < 3; look++) {
    detector.countOutput(10);
    detector.countOutput(10);
    await pass();
  }
  expect(said.slice(2)).toEqual(["busy", "busy"]);
  await pass();
  await pass();
  expect([said.slice(4), sleeps()]).toEqual([["quiet"], 7]);
  await pass();
  expect(sleeps()).toBe(7);
});
