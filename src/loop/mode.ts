import type { Context } from "./context.ts";
import { decideAsAgent, type Occasion, type Outcome } from "./decide.ts";
import { decideTyped } from "./typed.ts";

/** Lets the runner decide the way the config says: it proposes one typed move, or acts with its own tools. */
export function decide(context: Context, occasion: Occasion): Promise<Outcome> {
  return occasion.runner.mode === "typed" ? decideTyped(context, occasion) : decideAsAgent(context, occasion);
}
