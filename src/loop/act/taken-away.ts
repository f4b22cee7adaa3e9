import { join } from "node:path";
import { expected } from "../../core/error.ts";
import type { Move } from "../../core/move/move.ts";
import { targetsOf } from "../../core/move/targets.ts";
import { isRecordedDoubt } from "../../store/policy/provenance.ts";
import type { DataDeps } from "../context/context.ts";

type TakenDeps = Pick<DataDeps, "files" | "paths" | "sha256">;

/**
 * Returns the path of a text that the move would replace or remove and that may be the person's: the record does not say
 * that a tainted beat or a worker wrote it. Returns undefined when there is no such text.
 */
export function takenAway(deps: TakenDeps, move: Move): string | undefined {
  const targets = targetsOf(move, deps.files.list(deps.paths.sensors));
  // The end of a session is judged by its kind of move.
  return targets.find((path) => !path.startsWith("sessions/") && mayBePersons(deps, path));
}

function mayBePersons(deps: TakenDeps, path: string): boolean {
  try {
    const bytes = deps.files.readBytes(join(deps.paths.data, path));
    return bytes !== undefined && !isRecordedDoubt(deps, { path, bytes });
  } catch (error) {
    // What cannot be read is there all the same.
    expected(error);
    return true;
  }
}
