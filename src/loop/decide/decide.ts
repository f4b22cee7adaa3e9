import type { Context } from "../context/context.ts";
import type { DecideRequest, DecideResult } from "../context/decision.ts";
import { noteGoals } from "../hold/hygiene.ts";
import { remembering } from "../record/keep-history.ts";
import { decideAsAgent } from "./decide-agent.ts";
import { decideTyped } from "./decide-typed.ts";

/** Lets the runner decide the way the config says: it proposes one typed move, or acts with its own tools. */
export async function decideByMode(context: Context, occasion: DecideRequest): Promise<DecideResult> {
  const outcome = await decideThatWay(context, occasion);
  if (outcome.kind === "decided") noteGoals(context, occasion.look, occasion.run.id);
  return outcome;
}

function decideThatWay(context: Context, occasion: DecideRequest): Promise<DecideResult> {
  if (occasion.runner.mode === "typed") return decideTyped(context, occasion);
  const { run, watch } = occasion;
  return remembering(context, { runId: run.id, watch }, () => decideAsAgent(context, occasion));
}
