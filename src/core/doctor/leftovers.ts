import { type Finding, note } from "./finding.ts";
import type { Look } from "./permissions.ts";

export interface Leftover {
  readonly path: string;
  readonly look: Look;
  /** Whether the process that made it may still be at it. */
  readonly inUse: boolean;
}

export interface Now {
  readonly nowMs: number;
  readonly userId: number;
  /** From which age on nobody is still writing: in a container the writer's number says nothing. */
  readonly leftMs: number;
}

/** A temporary file that nobody will finish: the file that it was for is as it was. */
export function judgeTemporary({ path, look, inUse }: Leftover, { nowMs, userId, leftMs }: Now): Finding[] {
  const isOld = nowMs - look.mtimeMs > leftMs;
  if (inUse || !isOld || look.kind !== "file" || look.userId !== userId) return [];
  return [
    removable(`${path} is left of a write that was cut short; the file it was for is as it was before`, path, look),
  ];
}

/** A socket on which nobody answers, of a session that is over. */
export function judgeSocket({ path, look, inUse }: Leftover, { userId }: Pick<Now, "userId">): Finding[] {
  if (inUse || look.kind !== "socket" || look.userId !== userId) return [];
  return [removable(`nobody answers on the socket ${path}: its session is over`, path, look)];
}

function removable(says: string, path: string, { identity }: Look): Finding {
  return { ...note("leftovers", says), repair: { kind: "remove", path, identity } };
}
