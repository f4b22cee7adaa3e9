import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import type { StandingText } from "../../core/gate/vouching.ts";
import { LOOOP } from "../../core/mailbox/ask.ts";
import type { Move, MoveOf } from "../../core/move/move.ts";
import { moveName } from "../../core/move/move-text.ts";
import { isRepeatable, sensorFile, targetsOf } from "../../core/move/targets.ts";
import { bytesOf } from "../../core/text.ts";
import { everyFrom, onceIn, renderSchedule, scheduleWords } from "../../core/world/schedule.ts";
import { workerItem } from "../../core/world/world.ts";
import { writeIntent } from "../../store/beat/intents.ts";
import { writeWantedReadings } from "../../store/beat/move-results.ts";
import { createAsk } from "../../store/mailbox/asks.ts";
import { archiveGoal, copyToArchive } from "../../store/policy/goals.ts";
import { savePlaybookVersion } from "../../store/policy/playbook.ts";
import { policyFile, withFinalNewline, writePolicy } from "../../store/policy/policy.ts";
import {
  isInDoubt,
  recordDoubt,
  recordVouched,
  recordVouchedName,
  withProvenanceLock,
} from "../../store/policy/provenance.ts";
import { dropSchedule, writeSchedule } from "../../store/policy/schedules.ts";
import type { ActDeps, Context, DataDeps, ProgramDeps } from "../context/context.ts";
import type { MoveAuth, MoveEffect } from "../context/effect.ts";
import { scheduleItems } from "../observe/schedule-items.ts";
import { runShell } from "./run-shell.ts";
import { startVerified } from "./verify.ts";

/** The dependencies of carrying out a move: its targets, the lock of the provenance, and programs for a command. */
export type CarryOutDeps = ActDeps & ProgramDeps & Pick<Context, "event" | "locks" | "log">;

/**
 * Carries out a move that the gate allowed. Throws with the reason when it cannot; then nothing is half done. A move that
 * must not happen twice is on disk as an intent from before its effect until the caller has recorded it.
 */
export async function carryOut(deps: CarryOutDeps, move: Move, auth: MoveAuth): Promise<MoveEffect> {
  const { files, paths } = deps;
  refuseChanged(deps, move, auth);
  if (!isRepeatable(move)) writeIntent(files, paths, { runId: auth.runId, move: moveName(move), ask: auth.ask });
  const done = await effect(deps, move, auth);
  if (move.next_interval_s !== undefined) files.write(paths.nextInterval, `${move.next_interval_s}\n`);
  return done;
}

/** Returns the current digests of what the move would overwrite; "" for a file that does not exist. */
export function targetDigests({ files, paths, sha256 }: DataDeps, move: Move): Record<string, string> {
  return Object.fromEntries(
    targetsOf(move, files.list(paths.sensors)).map((path) => {
      const bytes = files.readBytes(join(paths.data, path));
      return [path, bytes === undefined ? "" : sha256(bytes)];
    }),
  );
}

/** Throws when a target changed since the move was proposed. Read right before the effect: an edit of the person wins. */
function refuseChanged(deps: DataDeps, move: Move, { sensed }: MoveAuth): void {
  for (const [path, digest] of Object.entries(targetDigests(deps, move))) {
    // A beat does not read session records; it sees workers as items of the world.
    if (path.startsWith("sessions/") && !Object.hasOwn(sensed, path)) continue;
    if (digest === (sensed[path] ?? "")) continue;
    throw new LooopError({
      message: `Cannot make the move ${moveName(move)}: ${path} was changed since it was proposed`,
      hint: "The change is kept; the next beat sees it",
      exit: EXIT.failed,
    });
  }
}

async function effect(deps: CarryOutDeps, move: Move, auth: MoveAuth): Promise<MoveEffect> {
  switch (move.action) {
    case "noop":
      return { text: "nothing", effects: {} };
    case "write_goal":
      if (auth.tainted) keepVerifiedGoal(deps, move.id);
      return await write(deps, auth, {
        path: `goals/${move.id}.md`,
        body: withFinalNewline(move.body),
        item: `goal:${move.id}`,
      });
    case "archive_goal": {
      const to = archiveGoal(deps.files, deps.paths, move.id);
      return { text: `moved goals/${move.id}.md to ${to}`, effects: { [`goal:${move.id}`]: undefined } };
    }
    case "write_sensor": {
      const file = sensorFile(move.name, deps.files.list(deps.paths.sensors));
      // No effect is returned: the first reading of the sensor is to wake the next beat, like any other.
      return await write(deps, auth, { path: `sensors/${file}`, body: withFinalNewline(move.script), mode: 0o700 });
    }
    case "write_playbook":
      savePlaybookVersion(deps.files, deps.paths, deps.clock.now());
      return await write(deps, auth, { path: "PLAYBOOK.md", body: withFinalNewline(move.body), item: "playbook" });
    case "start_worker":
      return startWorker(deps, move, auth);
    case "kill_worker":
      return killWorker(deps, move.id);
    case "tell_worker":
      await deps.hands.tell(move.id, move.msg);
      return { text: `left a message for the worker ${move.id}`, effects: {} };
    case "write_schedule":
      return await schedule(deps, move, auth);
    case "drop_schedule":
      if (!dropSchedule(deps.files, deps.paths, move.name)) throw noSchedule(move.name);
      return { text: `dropped the schedule ${move.name}`, effects: { [`schedule:${move.name}`]: undefined } };
    case "look":
      writeWantedReadings(deps.files, deps.paths, { runId: auth.runId, readings: move.readings });
      return { text: `the next beat shows ${move.readings.join(", ")}`, effects: {} };
    case "ask_human":
      return await askHuman(deps, move, auth);
    case "run_shell":
      return { text: await runShell(deps, move.cmd, auth), effects: {} };
  }
}

/** Copies a verified goal to the archive before a tainted beat replaces it. */
function keepVerifiedGoal(deps: DataDeps, id: string): void {
  const { files, paths } = deps;
  const path = `goals/${id}.md`;
  const bytes = files.readBytes(policyFile(files, paths, path));
  if (bytes === undefined || isInDoubt(deps, { path, bytes })) return;
  copyToArchive(files, paths, id);
}

type WriteDeps = DataDeps & Pick<Context, "locks">;

interface PolicyText {
  /** From the data folder. */
  readonly path: string;
  readonly body: string;
  /** Its item in the world; undefined when the write is to wake the next beat. */
  readonly item?: string;
  readonly mode?: number;
}

async function write(
  deps: WriteDeps,
  { tainted }: MoveAuth,
  { path, body, item, mode }: PolicyText,
): Promise<MoveEffect> {
  const { files, paths, sha256 } = deps;
  const bytes = bytesOf(body);
  await recorded(deps, tainted, { path, bytes }, () => writePolicy(files, paths, path, bytes, mode));
  const effects = item === undefined ? {} : { [item]: { digest: sha256(bytes), shown: "" } };
  return { text: `wrote ${path}`, effects };
}

/** Writes a text with the record of who wrote it. A crash between the two leaves the text in doubt. */
async function recorded(deps: WriteDeps, tainted: boolean, text: StandingText, write: () => void): Promise<void> {
  await withProvenanceLock(deps, () => {
    if (tainted) recordDoubt(deps, text);
    write();
    if (!tainted) recordVouched(deps, text);
  });
}

async function startWorker(
  deps: ActDeps & WriteDeps,
  move: MoveOf<"start_worker">,
  { named, tainted }: MoveAuth,
): Promise<MoveEffect> {
  const { fleet, hands, sha256 } = deps;
  const { id, prompt, runner, verify, budget_usd: budgetUsd } = move;
  const check = verify === undefined ? undefined : { cmd: verify, named };
  if (!tainted) await withProvenanceLock(deps, () => recordVouchedName(deps, `worker:${id}`));
  await startVerified(deps, id, check, () => hands.start({ id, prompt, runner, budgetUsd }));
  const worker = fleet.workers().find((it) => it.id === id);
  if (worker === undefined) return { text: `started the worker ${id}`, effects: {} };
  // The effect is a running worker: if it asks or ends before the next beat, that is a change.
  const started = { ...worker, state: "running", status: "running", exitCode: undefined, endedBy: undefined } as const;
  const item = workerItem({ ...started, note: undefined }, sha256);
  return { text: `started the worker ${id}`, effects: { [`worker:${id}`]: item } };
}

async function killWorker({ fleet, hands }: ActDeps, id: string): Promise<MoveEffect> {
  await hands.kill(id);
  // The decider knows of this end, so it is not shown again.
  fleet.markShown(fleet.workers().filter((worker) => worker.id === id));
  return { text: `ended the worker ${id}`, effects: { [`worker:${id}`]: undefined } };
}

async function askHuman(deps: WriteDeps, move: MoveOf<"ask_human">, { tainted }: MoveAuth): Promise<MoveEffect> {
  const { files, paths, clock } = deps;
  const { prompt, options, severity } = move;
  const ask = await withProvenanceLock(deps, () => {
    const made = createAsk(
      { files, clock, paths },
      {
        kind: "question",
        from: LOOOP,
        prompt,
        options,
        severity: severity ?? "soon",
      },
    );
    const text = { path: `asks/${made.id}`, bytes: bytesOf(prompt) };
    if (tainted) recordDoubt(deps, text);
    else recordVouched(deps, text);
    return made;
  });
  return { text: `asked the person: ${ask.id}`, effects: {} };
}

async function schedule(deps: WriteDeps, move: MoveOf<"write_schedule">, { tainted }: MoveAuth): Promise<MoveEffect> {
  const { files, paths, clock, sha256 } = deps;
  const { name, in_s: inS, every_s: everyS, note } = move;
  const nowMs = clock.now();
  const made = everyS === undefined ? onceIn(inS ?? 0, nowMs, note) : everyFrom(everyS, nowMs, note);
  const text = { path: `schedules/${name}.json`, bytes: bytesOf(renderSchedule(made)) };
  await recorded(deps, tainted, text, () => writeSchedule(files, paths, name, made));
  const effects = scheduleItems([{ name, schedule: made }], nowMs, sha256);
  return { text: `scheduled ${name}: ${scheduleWords(made, nowMs)}`, effects };
}

function noSchedule(name: string): LooopError {
  return new LooopError({
    message: `Cannot drop the schedule ${name}: it does not exist`,
    hint: "Use an existing schedule: `looop schedule list`",
    exit: EXIT.notFound,
  });
}
