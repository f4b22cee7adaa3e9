import * as v from "valibot";
import { isBareId } from "../names.ts";

/**
 * The schema of the moves that a decider may propose in typed mode. It is public: it is printed in the prompt and in the
 * docs. Add moves and fields, never change the meaning of one.
 */

/** Longest body of a goal, sensor, PLAYBOOK or prompt, in characters. */
const BODY_CHARS = 65_536;

/** Longest shell command, in characters: short enough that the person reads all of it before approving. */
const COMMAND_CHARS = 4_096;

/** Longest single line, in characters. */
const LINE_CHARS = 500;

const id = v.pipe(v.string(), v.check(isBareId, "an id of 1 to 58 letters, digits, . _ and -"));
const body = v.pipe(v.string(), v.check(hasText, "some text"), v.maxLength(BODY_CHARS));
const shell = v.pipe(v.string(), v.check(hasText, "a shell command"), v.maxLength(COMMAND_CHARS));
const line = v.pipe(v.string(), v.maxLength(LINE_CHARS));
const WHOLE = "a whole number";
const seconds = v.pipe(v.number(), v.integer(WHOLE), v.minValue(1), v.maxValue(31_536_000));

/** The bounds of the interval that a move may ask for, in seconds. One outside them is moved to the nearest. */
export const NEXT_INTERVAL_S = { min: 5, max: 3_600 } as const;

/** The fields that are numbers. */
export const NUMBERS: ReadonlySet<string> = new Set(["next_interval_s", "in_s", "every_s", "budget_usd"]);

/** The fields of every move. */
const common = {
  /** The line that looop writes into the journal. */
  journal: v.pipe(line, v.check(hasText, "one line for the journal")),
  next_interval_s: v.optional(
    v.pipe(v.number(), v.integer(WHOLE), v.minValue(NEXT_INTERVAL_S.min), v.maxValue(NEXT_INTERVAL_S.max)),
  ),
};

/** The schema of each kind of move. */
export const MOVES = {
  noop: v.strictObject({ action: v.literal("noop"), reason: v.optional(line), ...common }),
  run_shell: v.strictObject({ action: v.literal("run_shell"), cmd: shell, reason: v.optional(line), ...common }),
  write_goal: v.strictObject({ action: v.literal("write_goal"), id, body, ...common }),
  archive_goal: v.strictObject({ action: v.literal("archive_goal"), id, ...common }),
  write_sensor: v.strictObject({
    action: v.literal("write_sensor"),
    name: id,
    script: v.pipe(body, v.startsWith("#!", "a script that begins with #!")),
    ...common,
  }),
  write_playbook: v.strictObject({ action: v.literal("write_playbook"), body, ...common }),
  start_worker: v.strictObject({
    action: v.literal("start_worker"),
    id,
    prompt: body,
    verify: v.optional(shell),
    budget_usd: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(10_000))),
    runner: v.optional(id),
    ...common,
  }),
  kill_worker: v.strictObject({ action: v.literal("kill_worker"), id, reason: v.optional(line), ...common }),
  tell_worker: v.strictObject({ action: v.literal("tell_worker"), id, msg: body, ...common }),
  write_schedule: v.strictObject({
    action: v.literal("write_schedule"),
    name: id,
    in_s: v.optional(seconds),
    every_s: v.optional(v.pipe(seconds, v.minValue(60))),
    note: v.optional(line),
    ...common,
  }),
  drop_schedule: v.strictObject({ action: v.literal("drop_schedule"), name: id, ...common }),
  look: v.strictObject({
    action: v.literal("look"),
    readings: v.pipe(v.array(v.pipe(v.string(), v.maxLength(255))), v.minLength(1), v.maxLength(20)),
    ...common,
  }),
  ask_human: v.strictObject({
    action: v.literal("ask_human"),
    prompt: v.pipe(body, v.maxLength(2_000)),
    options: v.optional(v.pipe(v.array(line), v.maxLength(10))),
    severity: v.optional(v.picklist(["now", "soon", "whenever"])),
    ...common,
  }),
} as const;

export type MoveKind = keyof typeof MOVES;

export type Move = { [K in MoveKind]: v.InferOutput<(typeof MOVES)[K]> }[MoveKind];

/** A move of one kind. */
export type MoveOf<K extends MoveKind> = v.InferOutput<(typeof MOVES)[K]>;

function hasText(text: string): boolean {
  return text.trim() !== "";
}
