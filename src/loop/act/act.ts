import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { LOOOP } from "../../core/mailbox/ask.ts";
import type { Move, MoveOf } from "../../core/move/move.ts";
import { moveName } from "../../core/move/move-text.ts";
import { isRepeatable, sensorFile, targetsOf } from "../../core/move/targets.ts";
import { bytesOf } from "../../core/text.ts";
import { everyFrom, onceIn, renderSchedule, scheduleWords } from "../../core/world/schedule.ts";
import { workerItem } from "../../core/world/world.ts";
import { writeIntent } from "../../store/beat/intents.ts";
import { writeWanted } from "../../store/beat/pending.ts";
import { createAsk } from "../../store/mailbox/asks.ts";
import { archiveGoal, copyToArchive } from "../../store/policy/goals.ts";
import { savePlaybookVersion } from "../../store/policy/playbook.ts";
import { policyFile, withFinalNewline, writePolicy } from "../../store/policy/policy.ts";
import { readProvenance, recordText, withProvenanceLock } from "../../store/policy/provenance.ts";
import { dropSchedule, writeSchedule } from "../../store/policy/schedules.ts";
import type { Context } from "../context/context.ts";
import type { MoveAuth, MoveEffect } from "../context/effect.ts";
import { scheduleItems } from "../observe/due-schedules.ts";
import { runShell } from "./run-shell.ts";
import { startVerified } from "./verify.ts";

/**
 * Carries out a move that the gates have let through. Throws with the reason when it cannot; then nothing is half done.
 * What must not be done twice is on record from before its effect until the caller has told it.
 */
export async function carryOut(context: Context, move: Move, warrant: MoveAuth): Promise<MoveEffect> {
  const { files, paths } = context;
  refuseChanged(context, move, warrant);
  if (!isRepeatable(move)) writeIntent(files, paths, { runId: warrant.runId, move: moveName(move), ask: warrant.ask });
  const done = await effect(context, move, warrant);
  if (move.next_interval_s !== undefined) files.write(paths.nextInterval, `${move.next_interval_s}\n`);
  return done;
}

/** Digests of what the move would overwrite, as it is now; "" for what is not there. */
export function targetDigests(context: Context, move: Move): Record<string, string> {
  const { files, paths, sha256 } = context;
  return Object.fromEntries(
    targetsOf(move, files.list(paths.sensors)).map((path) => {
      const bytes = files.readBytes(join(paths.data, path));
      return [path, bytes === undefined ? "" : sha256(bytes)];
    }),
  );
}

/** A person's edit since the move was proposed is never overwritten, whatever second it came in. */
function refuseChanged(context: Context, move: Move, { sensed }: MoveAuth): void {
  for (const [path, digest] of Object.entries(targetDigests(context, move))) {
    // Nobody senses a session's own record: what the beat saw of the worker is in the world.
    if (path.startsWith("sessions/") && !Object.hasOwn(sensed, path)) continue;
    if (digest === (sensed[path] ?? "")) continue;
    throw new LooopError({
      message: `Cannot make the move ${moveName(move)}: ${path} was changed since it was proposed`,
      hint: "The change is kept; the next beat sees it",
      exit: EXIT.failed,
    });
  }
}

async function effect(context: Context, move: Move, warrant: MoveAuth): Promise<MoveEffect> {
  switch (move.action) {
    case "noop":
      return { text: "nothing", effects: {} };
    case "write_goal":
      if (warrant.tainted) keepVouched(context, move.id);
      return await write(context, warrant, {
        path: `goals/${move.id}.md`,
        body: withFinalNewline(move.body),
        item: `goal:${move.id}`,
      });
    case "archive_goal": {
      const to = archiveGoal(context.files, context.paths, move.id);
      return { text: `moved goals/${move.id}.md to ${to}`, effects: { [`goal:${move.id}`]: undefined } };
    }
    case "write_sensor": {
      const file = sensorFile(move.name, context.files.list(context.paths.sensors));
      // Its reading is a new look at the world, and wakes the next beat as any does.
      return await write(context, warrant, {
        path: `sensors/${file}`,
        body: withFinalNewline(move.script),
        mode: 0o700,
      });
    }
    case "write_playbook":
      savePlaybookVersion(context.files, context.paths, context.clock.now());
      return await write(context, warrant, {
        path: "PLAYBOOK.md",
        body: withFinalNewline(move.body),
        item: "playbook",
      });
    case "start_worker":
      return startWorker(context, move);
    case "kill_worker":
      return killWorker(context, move.id);
    case "tell_worker":
      await context.hands.tell(move.id, move.msg);
      return { text: `left a message for the worker ${move.id}`, effects: {} };
    case "write_schedule":
      return await schedule(context, move, warrant);
    case "drop_schedule":
      if (!dropSchedule(context.files, context.paths, move.name)) throw noSchedule(move.name);
      return { text: `dropped the schedule ${move.name}`, effects: { [`schedule:${move.name}`]: undefined } };
    case "look":
      writeWanted(context.files, context.paths, { runId: warrant.runId, readings: move.readings });
      return { text: `the next beat shows ${move.readings.join(", ")}`, effects: {} };
    case "ask_human":
      return await askHuman(context, move, warrant);
    case "run_shell":
      return { text: await runShell(context, move.cmd, warrant), effects: {} };
  }
}

/** A goal that nobody doubts is not lost to a beat that is in doubt. */
function keepVouched({ files, paths, sha256 }: Context, id: string): void {
  const bytes = files.readBytes(policyFile(files, paths, `goals/${id}.md`));
  if (bytes === undefined || readProvenance(files, paths).isTainted(`goals/${id}.md`, sha256(bytes))) return;
  copyToArchive(files, paths, id);
}

interface PolicyText {
  /** In the data folder. */
  readonly path: string;
  readonly body: string;
  /** Its name in the world. */
  readonly item?: string;
  readonly mode?: number;
}

async function write(
  context: Context,
  { tainted }: MoveAuth,
  { path, body, item, mode }: PolicyText,
): Promise<MoveEffect> {
  const { files, paths, sha256 } = context;
  const bytes = bytesOf(body);
  const digest = sha256(bytes);
  // First the doubt, then the text: a crash in between leaves a note about a text that is not there.
  await withProvenanceLock(context, () => {
    recordText(files, paths, path, digest, tainted);
    writePolicy(files, paths, path, bytes, mode);
  });
  const effects = item === undefined ? {} : { [item]: { digest, shown: "" } };
  return { text: `wrote ${path}`, effects };
}

async function startWorker(context: Context, move: MoveOf<"start_worker">): Promise<MoveEffect> {
  const { fleet, hands, sha256 } = context;
  const { id, prompt, runner, verify, budget_usd: budgetUsd } = move;
  await startVerified(context, id, verify, () => hands.start({ id, prompt, runner, budgetUsd }));
  const worker = fleet.workers().find((it) => it.id === id);
  if (worker === undefined) return { text: `started the worker ${id}`, effects: {} };
  // Exactly what this caused: if it asks or ends by the next look, that is news.
  const begun = { ...worker, state: "running", status: "running", exitCode: undefined, endedBy: undefined } as const;
  const item = workerItem({ ...begun, note: undefined }, sha256);
  return { text: `started the worker ${id}`, effects: { [`worker:${id}`]: item } };
}

async function killWorker(context: Context, id: string): Promise<MoveEffect> {
  const { fleet, hands } = context;
  await hands.kill(id);
  // Its end is no news to the one who ended it.
  fleet.markShown(fleet.workers().filter((worker) => worker.id === id));
  return { text: `ended the worker ${id}`, effects: { [`worker:${id}`]: undefined } };
}

async function askHuman(context: Context, move: MoveOf<"ask_human">, { tainted }: MoveAuth): Promise<MoveEffect> {
  const { files, paths, clock, sha256 } = context;
  const { prompt, options, severity } = move;
  const ask = await withProvenanceLock(context, () => {
    const made = createAsk({ files, clock, paths }, { from: LOOOP, prompt, options, severity: severity ?? "soon" });
    recordText(files, paths, `asks/${made.id}`, sha256(prompt), tainted);
    return made;
  });
  return { text: `asked the person: ${ask.id}`, effects: {} };
}

async function schedule(context: Context, move: MoveOf<"write_schedule">, { tainted }: MoveAuth): Promise<MoveEffect> {
  const { files, paths, clock, sha256 } = context;
  const { name, in_s: inS, every_s: everyS, note } = move;
  const nowMs = clock.now();
  const made = everyS === undefined ? onceIn(inS ?? 0, nowMs, note) : everyFrom(everyS, nowMs, note);
  await withProvenanceLock(context, () => {
    recordText(files, paths, `schedules/${name}.json`, sha256(renderSchedule(made)), tainted);
    writeSchedule(files, paths, name, made);
  });
  const effects = scheduleItems([{ name, schedule: made }], nowMs, sha256);
  return { text: `scheduled ${name}: ${scheduleWords(made, nowMs)}`, effects };
}

function noSchedule(name: string): LooopError {
  return new LooopError({
    message: `Cannot drop the schedule ${name}: there is none`,
    hint: "Name one that is there",
    exit: EXIT.notFound,
  });
}
