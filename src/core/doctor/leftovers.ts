import { type Finding, note } from "./finding.ts";
import type { PathInfo } from "./permissions.ts";

/** A temporary file or a socket that may be left over. */
export interface Leftover {
  readonly path: string;
  readonly look: PathInfo;
  /** True when the process that made it may still use it. */
  readonly inUse: boolean;
}

/** The facts that a leftover is judged by. */
export interface LeftoverContext {
  readonly nowMs: number;
  readonly userId: number;
  /** A younger file may still be written: its process id may be of another container, which `inUse` cannot see. */
  readonly minAgeMs: number;
}

/** Finds a temporary file whose writer is gone. */
export function judgeTemporary(
  { path, look, inUse }: Leftover,
  { nowMs, userId, minAgeMs: leftMs }: LeftoverContext,
): Finding[] {
  const isOld = nowMs - look.mtimeMs > leftMs;
  if (inUse || !isOld || look.kind !== "file" || look.userId !== userId) return [];
  return [removable(`${path} is left over from an interrupted write, which changed nothing`, path, look)];
}

/** Finds the socket of a session that is over. */
export function judgeSocket({ path, look, inUse }: Leftover, { userId }: Pick<LeftoverContext, "userId">): Finding[] {
  if (inUse || look.kind !== "socket" || look.userId !== userId) return [];
  return [removable(`the socket ${path} is left over from a session that has ended`, path, look)];
}

function removable(says: string, path: string, { identity }: PathInfo): Finding {
  return { ...note("leftovers", says), repair: { kind: "remove", path, identity } };
}
