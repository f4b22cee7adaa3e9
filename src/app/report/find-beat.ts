import { join } from "node:path";
import type { BeatRecord } from "../../core/beat/beat-record.ts";
import type { Skipped } from "../../core/beat/why.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { quoted } from "../../core/names.ts";
import { readBeatRecord } from "../../store/beat/beat-records.ts";
import { listRuns } from "../../store/beat/runs.ts";
import { readPulse } from "../../store/pulse-state.ts";
import type { App } from "../open.ts";

/** The facts about one beat. */
export type BeatFacts =
  | { readonly kind: "decided"; readonly runId: string; readonly folder: string; readonly record: BeatRecord }
  /** A beat without a record: it was cut off, or an older looop ran it. */
  | { readonly kind: "unrecorded"; readonly runId: string; readonly folder: string }
  | { readonly kind: "skipped"; readonly skipped: Skipped; readonly last: string | undefined };

/** Returns the newest beat, decided or skipped. Throws (exit 4) before the first beat. */
export function newestBeat(app: App): BeatFacts {
  const { files } = app;
  const paths = app.paths();
  const last = readPulse(files, paths)?.beat;
  const [newest] = listRuns(files, paths);
  const run = newest === undefined ? undefined : knownRun(app, newest);
  if (run !== undefined && (last === undefined || beganAfter(run, last.atMs))) return run;
  if (last === undefined) {
    throw new LooopError({
      message: "Cannot say why: there was no beat yet",
      hint: "Run `looop tick`",
      exit: EXIT.notFound,
    });
  }
  if (last.runId !== undefined && files.stat(join(paths.runs, last.runId)) !== undefined)
    return knownRun(app, last.runId);
  return { kind: "skipped", skipped: last, last: newest };
}

/** Returns the newest beat that decided. Throws (exit 4) before there is one. */
export function newestDecided(app: App): Extract<BeatFacts, { kind: "decided" }> {
  for (const id of listRuns(app.files, app.paths())) {
    const run = knownRun(app, id);
    // An approved move was carried out without a prompt.
    if (run.kind === "decided" && app.files.stat(join(run.folder, "prompt.md")) !== undefined) return run;
  }
  throw new LooopError({
    message: "Cannot replay: no beat has decided anything yet",
    hint: "Run `looop tick`",
    exit: EXIT.notFound,
  });
}

/** Returns the beat of this name, or the only one whose name ends with it. Throws (exit 4) when it is not found. */
export function namedBeat(app: App, word: string): Exclude<BeatFacts, { kind: "skipped" }> {
  const ids = listRuns(app.files, app.paths());
  const ending = ids.filter((id) => id.endsWith(word));
  const found = ids.includes(word) ? word : ending.length === 1 ? ending[0] : undefined;
  if (found !== undefined) return knownRun(app, found);
  const some = ids.slice(0, 3).join(", ");
  throw new LooopError({
    message: `Cannot find the beat ${quoted(word)}: ${ending.length > 1 ? `${ending.length} end so` : "runs/ has no such archive"}`,
    hint: some === "" ? "No beat has decided anything yet" : `The newest are ${some}`,
    exit: EXIT.notFound,
  });
}

function knownRun(app: App, runId: string): Exclude<BeatFacts, { kind: "skipped" }> {
  const folder = join(app.paths().runs, runId);
  const record = readBeatRecord(app.files, app.paths(), runId);
  return record === undefined ? { kind: "unrecorded", runId, folder } : { kind: "decided", runId, folder, record };
}

/** Compares with the last noted beat, because a forced move or a beat that was cut off is not noted. */
function beganAfter(run: Exclude<BeatFacts, { kind: "skipped" }>, atMs: number): boolean {
  return run.kind === "decided" && Date.parse(run.record.at) > atMs;
}
