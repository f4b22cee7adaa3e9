import { withItems, withoutItems } from "../../core/world/world.ts";
import { clearIntent } from "../../store/beat/intents.ts";
import { forgetPending } from "../../store/beat/pending.ts";
import { removeVerify } from "../../store/beat/verifies.ts";
import { archiveAsk } from "../../store/mailbox/asks.ts";
import type { Context } from "../context/context.ts";
import type { MoveEffect } from "../context/effect.ts";
import { answerItems, extraItems } from "../observe/extras.ts";
import type { Look } from "../observe/look.ts";

/**
 * Remembers the world that a decider has seen and answered. In agent mode that is the world from before the move: what
 * changed during the run wakes one more beat. A typed move changes exactly its `effects`: those are remembered as looop
 * made them, byte for byte, so they wake nobody, and whatever else anybody did in the same second does.
 *
 * Finished workers that were seen, and what earlier moves had left to be seen, are no part of the next look either.
 */
export function rememberWorld(context: Context, look: Look, effects: MoveEffect["effects"] | undefined): void {
  const { clock, fleet, files, paths, snapshots, sha256 } = context;
  const finished = look.workers.filter((worker) => worker.finished);
  fleet.markShown(finished);
  const over = [
    ...finished.map(({ id }) => `worker:${id}`),
    ...(effects === undefined ? answerItems(look.extras) : Object.keys(extraItems(look.extras))),
  ];
  snapshots.remember(withItems(withoutItems(look.world, new Set(over), sha256), effects ?? {}, sha256));
  for (const { id } of finished) removeVerify(files, paths, id);
  const { answers } = look.extras;
  for (const { ask } of answers) archiveAsk({ files, clock, paths }, ask.id, "the decider was told");
  if (effects !== undefined) forgetShown(context, look);
}

function forgetShown({ files, paths }: Context, { extras }: Look): void {
  const runs = [extras.wanted?.runId, extras.shell?.runId].filter((id) => id !== undefined);
  forgetPending(files, paths, new Set(runs));
  clearIntent(files, paths);
}

/** Puts what a move changed by itself into the world that was last decided on, and leaves all else of it to be met. */
export function rememberEffects({ snapshots, sha256 }: Context, effects: MoveEffect["effects"]): void {
  const prior = snapshots.lastWorld();
  if (prior !== undefined) snapshots.remember(withItems(prior, effects, sha256));
}
