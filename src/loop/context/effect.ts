import type { Item } from "../../core/world/world.ts";

/** Authorization of one move, and the state in which its targets must still be. */
export interface MoveAuth {
  readonly runId: string;
  /** True when the beat read unverified text: what the move writes is then recorded as unverified. */
  readonly tainted: boolean;
  /** Digests of the targets when the move was proposed. */
  readonly sensed: TargetDigests;
  /** The ask whose approval is carried out. */
  readonly ask?: string;
  /** The files that the approved command names, by path, with their digests. */
  readonly named?: TargetDigests;
}

/** The result of a move. */
export interface MoveEffect {
  /** In a few words. */
  readonly text: string;
  /** The items of the world that the move itself changed, so that they do not wake the next beat; undefined = removed. */
  readonly effects: Readonly<Record<string, Item | undefined>>;
}

/** Digests by path in the data folder. A path without one did not exist. */
export type TargetDigests = Readonly<Record<string, string>>;
