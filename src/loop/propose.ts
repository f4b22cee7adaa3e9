import { join } from "node:path";
import { type Asked, type Called, callRunner } from "./call.ts";
import type { Context } from "./context.ts";
import { withoutMoves } from "./log.ts";

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
