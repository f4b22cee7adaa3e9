import { dirname } from "node:path";
import { readLimits } from "../../src/core/config/limits.ts";
import { localDay } from "../../src/core/money/call.ts";
import { type Context, contextOf, type LoopDeps } from "../../src/loop/context/context.ts";
import { openBeatLog } from "../../src/loop/record/beat-log.ts";
import { readConfig } from "../../src/store/read-config.ts";
import { sha256 } from "../../src/sys/ffi/hash.ts";
import { files } from "../../src/sys/files.ts";
import { dataFolder } from "../support/program/data-folder.ts";
import { fakeClock } from "./clock.ts";
import { fakeFleet } from "./fleet.ts";
import { fakeProc } from "./proc.ts";

/** Every part of the loop over a real empty data folder; all else is faked. `said` returns the log. */
export function fakeLoop(
  over: Partial<LoopDeps> = {},
  config = '[decide]\nmode = "typed"',
): Context & { said(): string } {
  const paths = dataFolder();
  for (const dir of [dirname(paths.config), paths.readings, paths.runs, paths.sensors]) files.makeDir(dir);
  files.write(paths.playbook, "Be quiet.\n");
  files.write(paths.config, `default = "fake"\n${config}\n[runners.fake]\ndecide = "fake"\ntick = "fake"\n`);
  const lines: string[] = [];
  const clock = fakeClock();
  const silent = new AbortController().signal;
  const edge = { files, clock, paths, sha256, proc: fakeProc(), fleet: fakeFleet(), env: {}, bin: "/looop" };
  const world = {
    groups: { signal: () => false, alive: () => false },
    locks: { tryLock: () => ({ release() {}, [Symbol.dispose]() {} }) },
  };
  const context = contextOf({
    ...{ ...edge, ...world, version: "0.0.0", knobs: readLimits({}).knobs },
    stop: { asked: silent, now: silent, name: () => undefined, onAsked: () => {} },
    hands: { start: async () => {}, kill: async () => {}, tell: async () => {} },
    log: openBeatLog(
      () => "00:00:00",
      false,
      (text) => lines.push(text),
    ),
    ...{ trusted: () => () => false, exportCalls: () => {}, notify: () => {}, sinceBootMs: () => undefined },
    ...{ memory: () => undefined, prepare: () => {}, today: async () => localDay(clock.now()) },
    config: async () => (await readConfig(files, paths)).config,
    ...over,
  });
  return { ...context, said: () => lines.join("\n") };
}
