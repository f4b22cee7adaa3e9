import type { Item } from "../../core/world/world.ts";

/** On whose word a move is made, and what it may meet. */
export interface MoveAuth {
  readonly runId: string;
  /** Whether what it writes is to be told apart from what a person vouches for. */
  readonly tainted: boolean;
  /** What its targets were when it was proposed. */
  readonly sensed: TargetDigests;
  /** The ask whose yes it carries out. */
  readonly ask?: string;
  /** The person's own pattern fits the command, so no shell is needed to run it. */
  readonly words?: readonly string[];
}

/** What a move did. */
export interface MoveEffect {
  /** In a few words. */
  readonly text: string;
  /** What it changed of the world by itself, so that it does not wake the next beat: undefined for what is gone. */
  readonly effects: Readonly<Record<string, Item | undefined>>;
}
/** Digests by path in the data folder; a path that is not named was not there. */
export type TargetDigests = Readonly<Record<string, string>>;
