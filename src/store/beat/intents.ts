/**
 * `.intent.json`: the move that is being carried out. A beat writes it before the move's effect and removes it after the
 * move is recorded. A kill between the two leaves it, so the next beat reports the move and does not make it twice.
 */
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

const IntentFile = v.object({
  v: v.literal(1),
  run_id: v.string(),
  move: v.string(),
  ask: v.optional(v.string()),
});

/** A move that was started and must not be made twice. */
export interface Intent {
  readonly runId: string;
  /** The move's name, without any free text. */
  readonly move: string;
  /** The ask that approved it. */
  readonly ask?: string | undefined;
}

/** Returns the move under way when looop died, or undefined. A damaged record is a move of unknown name. */
export function readIntent(files: Files, paths: Paths): Intent | undefined {
  const text = files.read(paths.intent);
  if (text === undefined) return undefined;
  const parsed = v.safeParse(IntentFile, parseJson(text));
  if (!parsed.success) return { runId: "unknown", move: "unknown" };
  const { run_id, move, ask } = parsed.output;
  return { runId: run_id, move, ask };
}

export function writeIntent(files: Files, paths: Paths, { runId, move, ask }: Intent): void {
  files.write(paths.intent, `${JSON.stringify({ v: 1, run_id: runId, move, ask })}\n`);
}

export function clearIntent(files: Files, paths: Paths): void {
  files.remove(paths.intent);
}
