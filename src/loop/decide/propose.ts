import { join } from "node:path";
import type { Context } from "../context/context.ts";
import { withoutMoves } from "../record/beat-log.ts";
import { type Asked, type Called, callRunner } from "./call-runner.ts";

/** Calls a runner that only says what it would do, in an empty folder of its own. */
export async function propose(context: Context, asked: Asked): Promise<Called> {
  const scratch = join(asked.run.folder, "scratch");
  context.files.makeDir(scratch);
  try {
    return await callRunner(context, asked, { cwd: scratch, log: withoutMoves(context.log) });
  } finally {
    context.files.removeTree(scratch);
  }
}
