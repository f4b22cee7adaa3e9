import { withItems, withoutItems } from "../../core/world/world.ts";
import { clearIntent } from "../../store/beat/intents.ts";
import { removeShown } from "../../store/beat/move-results.ts";
import { removeVerify } from "../../store/beat/verifies.ts";
import { archiveAsk } from "../../store/mailbox/asks.ts";
import type { DataDeps, ObserveDeps } from "../context/context.ts";
import type { MoveEffect } from "../context/effect.ts";
import { answerItems, extraItems } from "../observe/extras.ts";
import type { Look } from "../observe/snapshot.ts";

/**
 * Remembers the world that a successful decide saw. In agent mode that is the world before the move: what changed during
 * the run wakes one more beat. A typed move changes exactly its `effects`: they are added as looop wrote them, so they
 * wake no beat, while any other change of the same second does.
 *
 * Finished workers and extras that the decider has seen leave the world, and are forgotten.
 */
export function rememberWorld(
  deps: Omit<ObserveDeps, "guards">,
  look: Look,
  effects: MoveEffect["effects"] | undefined,
): void {
  const { fleet, files, paths, worldStore, sha256 } = deps;
  const finished = look.workers.filter((worker) => worker.finished);
  fleet.markShown(finished);
  const gone = [
    ...finished.map(({ id }) => `worker:${id}`),
    ...(effects === undefined ? answerItems(look.extras) : Object.keys(extraItems(look.extras))),
  ];
  worldStore.saveLastWorld(withItems(withoutItems(look.world, new Set(gone), sha256), effects ?? {}, sha256));
  // Only after the world is remembered: a crash before that shows all of this again.
  for (const { id } of finished) removeVerify(files, paths, id);
  for (const { ask } of look.extras.answers) archiveAsk(deps, ask.id, "the decider was told");
  if (effects !== undefined) forgetShown(deps, look);
}

function forgetShown({ files, paths }: DataDeps, { extras }: Look): void {
  const runs = [extras.wanted?.runId, extras.shell?.runId].filter((id) => id !== undefined);
  removeShown(files, paths, new Set(runs));
  clearIntent(files, paths);
}

/** Adds the effects of a move to the world of the last decide. Everything else that changed still wakes a beat. */
export function rememberEffects(
  { worldStore, sha256 }: Pick<ObserveDeps, "worldStore" | "sha256">,
  effects: MoveEffect["effects"],
): void {
  const lastWorld = worldStore.lastWorld();
  if (lastWorld !== undefined) worldStore.saveLastWorld(withItems(lastWorld, effects, sha256));
}
